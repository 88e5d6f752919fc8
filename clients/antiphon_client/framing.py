"""Encodes and decodes messages in a byte stream: LSP's base protocol, without I/O.

https://microsoft.github.io/language-server-protocol/specifications/lsp/3.18/specification/#baseProtocol
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon_client.errors import BadServerMessage

if TYPE_CHECKING:
    from collections.abc import Iterator

_END_OF_HEADER: Final = b"\r\n\r\n"
_MAX_HEADER_BYTES: Final = 4096
_MAX_BODY_BYTES: Final = 256 * 1024 * 1024


def frame(body: bytes) -> bytes:
    """Returns one message with its header, as it is sent."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class Deframer:
    """Splits a byte stream, in whatever pieces it arrives, into messages' bodies."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yields the bodies that `data` completes.

        Raises `BadServerMessage` if a header is not valid: the next message cannot be found then.
        """
        self._buffer += data
        while True:
            if self._length is None and not self._read_header():
                return
            if self._length is None or len(self._buffer) < self._length:
                return
            body = bytes(self._buffer[: self._length])
            del self._buffer[: self._length]
            self._length = None
            yield body

    def _read_header(self) -> bool:
        end = self._buffer.find(_END_OF_HEADER)
        if end < 0:
            if len(self._buffer) > _MAX_HEADER_BYTES:
                raise BadServerMessage("The server sent data without a message header.")
            return False
        header = bytes(self._buffer[:end])
        del self._buffer[: end + len(_END_OF_HEADER)]
        self._length = _parse_content_length(header)
        return True


def _parse_content_length(header: bytes) -> int:
    for line in header.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if not colon:
            break
        if name.strip().lower() == b"content-length":
            digits = value.strip()
            if digits.isdigit() and int(digits) <= _MAX_BODY_BYTES:
                return int(digits)
            break
    quoted = header[:80].decode("utf-8", "backslashreplace")
    raise BadServerMessage(f"The server sent something that is not a message: {quoted!r}")
