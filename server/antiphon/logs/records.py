"""Makes log records that hold no secret, whichever library makes and handles them.

A filter or a formatter guards one handler, but a library may add another. So the record itself is
replaced: its message is redacted when it is formatted, and an exception is described by its types
and frames, since its text may be a user's prompt.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


QUIET: Final = frozenset(
    {
        *("pygls", "aiohttp", "aiosqlite", "asyncio", "LiteLLM", "litellm", "httpx", "httpcore"),
        *("openai", "groq", "google_genai", "google", "urllib3", "requests", "keyring", "tiktoken"),
        *("charset_normalizer", "jeepney", "secretstorage", "markdown_it", "concurrent"),
    }
)
"""Libraries that log the bodies and headers of messages: logged from WARNING on, however low the
level is and whatever level they set for themselves."""


class LogRedaction(Struct, frozen=True):
    """The functions that every log record is made with."""

    clean: Callable[[str], str]
    """Removes secrets from a text."""
    describe: Callable[[BaseException], str]
    """Describes an exception without its text."""
    tags: Callable[[], Mapping[str, str]]
    """Returns the ids of the request, session, run and pane that the record is about."""


class CleanRecord(logging.LogRecord):
    """A record whose message is redacted."""

    def __init__(self, redaction: LogRedaction, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.redaction = redaction
        self.tags = redaction.tags()
        error = self.exc_info[1] if self.exc_info else None
        if error is not None:
            self.exc_text = redaction.clean(redaction.describe(error))
        self.exc_info = None
        if self.stack_info:
            self.stack_info = redaction.clean(self.stack_info)

    def getMessage(self) -> str:  # noqa: N802 - logging's own name
        """Returns the message without secrets."""
        text = super().getMessage()
        if self.name == "asyncio":
            text = text.partition("\n")[0]  # the exception's text follows
        return self.redaction.clean(text)


def use_clean_records(redaction: LogRedaction) -> None:
    """Makes every log record of this process a redacted one from now on."""

    def make(*arguments: Any, **named: Any) -> CleanRecord:
        return CleanRecord(redaction, *arguments, **named)

    logging.setLogRecordFactory(make)
    # Otherwise logging prints a record that cannot be written, with its arguments not redacted.
    logging.raiseExceptions = False


def is_heard(record: logging.LogRecord) -> bool:
    """Checks whether our handlers log the record: those libraries from WARNING on."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in QUIET
