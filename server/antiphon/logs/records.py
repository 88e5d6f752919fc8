"""Log records that hold no secret, whoever made them and whichever handler shows them.

A filter or a formatter guards one handler; a library may add another. So the record itself is
replaced: its message is cleaned when it is asked for, and an exception is told by its types and
frames, for its text may be somebody's prompt.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


QUIET: Final = frozenset(
    {
        *("pygls", "aiohttp", "aiosqlite", "asyncio", "LiteLLM", "litellm", "httpx", "httpcore"),
        *("openai", "groq", "google_genai", "google", "urllib3", "requests", "keyring", "tiktoken"),
        *("charset_normalizer", "jeepney", "secretstorage", "markdown_it", "concurrent"),
    }
)
"""Libraries that log the bodies and headers of messages: heard from WARNING on, however low the
level is and whatever they set for themselves."""


@dataclass(frozen=True, slots=True)
class LogRedaction:
    """What a record is made with."""

    clean: Callable[[str], str]
    """Takes secrets out of a text."""
    describe: Callable[[BaseException], str]
    """An exception without its text."""
    tags: Callable[[], Mapping[str, str]]
    """The ids of the request, session, run and pane that the record is about."""


class CleanRecord(logging.LogRecord):
    """A record that gives its message away in clean words only."""

    def __init__(self, discretion: LogRedaction, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.discretion = discretion
        self.tags = discretion.tags()
        problem = self.exc_info[1] if self.exc_info else None
        if problem is not None:
            self.exc_text = discretion.clean(discretion.describe(problem))
        self.exc_info = None
        if self.stack_info:
            self.stack_info = discretion.clean(self.stack_info)

    def getMessage(self) -> str:  # noqa: N802 - logging's own name
        """The message, without secrets."""
        text = super().getMessage()
        if self.name == "asyncio":
            text = text.partition("\n")[0]  # below stands the exception's text
        return self.discretion.clean(text)


def use_clean_records(discretion: LogRedaction) -> None:
    """Has every record of this process made clean from now on."""

    def make(*arguments: Any, **named: Any) -> CleanRecord:
        return CleanRecord(discretion, *arguments, **named)

    logging.setLogRecordFactory(make)
    # Else a record that cannot be written is printed, with its arguments as they are.
    logging.raiseExceptions = False


def is_heard(record: logging.LogRecord) -> bool:
    """The filter of our handlers: libraries from WARNING on."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in QUIET
