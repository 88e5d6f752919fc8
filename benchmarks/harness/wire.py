"""JSON-RPC frames for whoever measures: nothing but splitting and joining."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

_LENGTH: Final = b"Content-Length: "
_HEAD_END: Final = b"\r\n\r\n"


def framed(message: dict[str, Any]) -> bytes:
    """One message with its header."""
    body = msgspec.json.encode({"jsonrpc": "2.0", **message})
    return b"%b%d%b%b" % (_LENGTH, len(body), _HEAD_END, body)


class Splitter:
    """Bytes in, whole message bodies out."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies that `data` completes. Consume all of them before the next call."""
        buffer = self._buffer + data if self._buffer else data
        start = 0
        while True:
            head_end = buffer.find(_HEAD_END, start)
            if head_end < 0:
                break
            at = buffer.find(_LENGTH, start, head_end) + len(_LENGTH)
            size = int(buffer[at:head_end].split(b"\r\n", 1)[0])
            body_start = head_end + len(_HEAD_END)
            if len(buffer) < body_start + size:
                break
            yield buffer[body_start : body_start + size]
            start = body_start + size
        self._buffer = buffer[start:]


def is_answer(body: bytes) -> bool:
    """Whether a body is a response: every server here writes the id right behind the version."""
    return b'"id"' in body[:26]
