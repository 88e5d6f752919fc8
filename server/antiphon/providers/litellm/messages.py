"""What the server and its worker say to each other: JSON arrays of tagged messages.

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
    "no_stream",  # 200, but with a web page, or with JSON that is no answer
    "document",  # 200, but with JSON that is no answer and has words: all of it
    "malformed",  # the stream, as `words` say
    "not_http",
    "unreadable",  # litellm could make nothing of the stream
    "lost",  # the connection broke while the answer was being read
    "no_answer",  # the connection broke before any answer
    "connect_timeout",
    "connection_refused",
    "unreachable",
    "name_not_found",
    "proxy",  # it cannot be reached, or refused with the status in `words`
    "proxy_refused",  # it cannot be used, as `words` say
    "untrusted",  # TLS
    "not_sent",  # litellm refused the request itself
    "no_key",
    "unknown_vendor",
    "missing_package",
    "worker",  # the worker itself ended
]


class Patience(msgspec.Struct, frozen=True):
    """How long is waited, in seconds, for what the engine has no limit for."""

    connect_s: float = 5.0
    usage_s: float = 2.0
    """For usage, once the answer is over."""
    refusal_s: float = 2.0
    """For the body of a refusal; its status and headers say the most."""


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
    """Nobody reads this stream any more."""

    stream: int


class Pause(msgspec.Struct, tag="pause", frozen=True):
    """What was sent of this stream is more than is being read."""

    stream: int


class Resume(msgspec.Struct, tag="resume", frozen=True):
    """There is room again."""

    stream: int


class Ready(msgspec.Struct, tag="ready", frozen=True):
    """litellm is imported and warm."""


class Unusable(msgspec.Struct, tag="unusable", frozen=True):
    """litellm could not be imported."""

    words: str


class Opened(msgspec.Struct, tag="opened", frozen=True):
    """Headers with status 200 came."""

    stream: int


class Again(msgspec.Struct, tag="again", frozen=True):
    """The request was refused for its form, and is sent once more in another one."""

    stream: int


class Said(msgspec.Struct, tag="said", frozen=True):
    """Text of the answer, or of the thinking before it."""

    stream: int
    text: str
    thinking: bool = False

    def __repr__(self) -> str:
        return f"Said({self.stream}, {len(self.text)} characters)"


class Counted(msgspec.Struct, tag="counted", frozen=True):
    """Usage as the provider gave it, in the shape of OpenAI's."""

    stream: int
    usage: dict[str, Any]


class Odd(msgspec.Struct, tag="odd", frozen=True):
    """Something that the person should know."""

    stream: int
    note: str


class Ended(msgspec.Struct, tag="ended", frozen=True):
    """The provider itself said that the answer is over."""

    stream: int
    word: Word


class Broke(msgspec.Struct, tag="broke", frozen=True, omit_defaults=True):
    """The stream failed; nothing follows."""

    stream: int
    cause: Cause
    words: str = ""
    """The provider's, the system's or litellm's."""
    status: int | None = None
    retry_after_ms: int | None = None
    origin: str = ""
    """Where the request went."""
    location: str = ""
    """Where a redirect leads."""


class Over(msgspec.Struct, tag="over", frozen=True):
    """The stream ended; nothing follows."""

    stream: int


ToWorker = Ask | Cancel | Pause | Resume
OfStream = Opened | Again | Said | Counted | Odd | Ended | Broke | Over
FromWorker = Ready | Unusable | OfStream

_encoder = msgspec.json.Encoder()
encode = _encoder.encode
"""A list of messages as JSON. Raises `UnicodeEncodeError` for half of a surrogate pair."""
decode_for_worker = msgspec.json.Decoder(list[ToWorker]).decode
decode_from_worker = msgspec.json.Decoder(list[FromWorker]).decode
