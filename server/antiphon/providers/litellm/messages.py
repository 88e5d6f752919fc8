"""Defines the messages between the server and its worker: JSON arrays of tagged objects.

Each message names its stream by the number that the server gave it, so that any number of streams
share the two pipes.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from antiphon.providers.answers.finish_reasons import Word  # noqa: TC001 - msgspec reads annotations

Cause = Literal[
    "answer",  # a status other than 200, with the provider's words
    "error_event",  # the provider reported an error inside its stream
    "redirect",
    "no_stream",  # 200, but with a web page, or with JSON that is not an answer
    "document",  # 200, but with JSON that is not an answer and has a message: `words` is all of it
    "malformed",  # the stream cannot be read further, as `words` explain
    "not_http",
    "unreadable",  # litellm could not read the stream
    "lost",  # the connection broke while the answer was being read
    "no_answer",  # the connection broke before any answer
    "connect_timeout",
    "connection_refused",
    "unreachable",
    "name_not_found",
    "proxy",  # it cannot be reached, or refused with the status in `words`
    "proxy_refused",  # it cannot be used, as `words` explain
    "untrusted",  # TLS
    "not_sent",  # litellm refused the request itself
    "no_key",
    "unknown_vendor",
    "missing_package",
    "worker",  # the worker itself ended
]


class Patience(msgspec.Struct, frozen=True):
    """Time limits in seconds for what the engine has no limit for."""

    connect_s: float = 5.0
    usage_s: float = 2.0
    """For usage, once the answer is over."""
    refusal_s: float = 2.0
    """For the body of a refusal: its status and headers already say the most."""


class Ask(msgspec.Struct, tag="ask", frozen=True):
    """Begins a stream."""

    stream: int
    model: str
    """With litellm's prefix of the vendor."""
    turns: list[tuple[str, str]]
    """Role and content."""
    params: dict[str, Any]
    patience: Patience
    key: str | None = None
    base_url: str | None = None
    headers: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"Ask({self.stream}, {self.model!r})"


class Cancel(msgspec.Struct, tag="cancel", frozen=True):
    """Cancels a stream that nobody reads any more."""

    stream: int


class Pause(msgspec.Struct, tag="pause", frozen=True):
    """Pauses a stream that sends faster than it is read."""

    stream: int


class Resume(msgspec.Struct, tag="resume", frozen=True):
    """Resumes a paused stream: its inbox has space again."""

    stream: int


class Ready(msgspec.Struct, tag="ready", frozen=True):
    """litellm is imported and warm."""


class Unusable(msgspec.Struct, tag="unusable", frozen=True):
    """litellm could not be imported."""

    words: str


class Opened(msgspec.Struct, tag="opened", frozen=True):
    """Headers with status 200 arrived."""

    stream: int


class RequestResent(msgspec.Struct, tag="resent", frozen=True):
    """The request was refused for its form and is sent once more in another form."""

    stream: int


class AnswerText(msgspec.Struct, tag="text", frozen=True):
    """Text of the answer, or of the reasoning before it."""

    stream: int
    text: str
    thinking: bool = False

    def __repr__(self) -> str:
        return f"Said({self.stream}, {len(self.text)} characters)"


class UsageCounted(msgspec.Struct, tag="usage", frozen=True):
    """Usage as the provider gave it, in the shape of OpenAI's."""

    stream: int
    usage: dict[str, Any]


class StreamNote(msgspec.Struct, tag="note", frozen=True):
    """A note for the user about the stream."""

    stream: int
    note: str


class Ended(msgspec.Struct, tag="ended", frozen=True):
    """The provider itself reported the answer's end, with its finish reason."""

    stream: int
    word: Word


class Failed(msgspec.Struct, tag="failed", frozen=True, omit_defaults=True):
    """The stream failed, and nothing follows."""

    stream: int
    cause: Cause
    words: str = ""
    """From the provider, the system or litellm."""
    status: int | None = None
    retry_after_ms: int | None = None
    origin: str = ""
    """The origin that the request was sent to."""
    location: str = ""
    """The address that a redirect names."""


class Closed(msgspec.Struct, tag="closed", frozen=True):
    """The stream ended, and nothing follows."""

    stream: int


ToWorker = Ask | Cancel | Pause | Resume
OfStream = Opened | RequestResent | AnswerText | UsageCounted | StreamNote | Ended | Failed | Closed
FromWorker = Ready | Unusable | OfStream

_encoder = msgspec.json.Encoder()
encode = _encoder.encode
"""A list of messages as JSON. Raises `UnicodeEncodeError` for half of a surrogate pair."""
decode_for_worker = msgspec.json.Decoder(list[ToWorker]).decode
decode_from_worker = msgspec.json.Decoder(list[FromWorker]).decode
