"""Messages in a byte stream: the base protocol of LSP, without any I/O.

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
    """One message as it goes over the pipe."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class Deframer:
    """Cuts a byte stream, however it arrives, into the bodies of its messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies that `data` completes.

        Raises `BadServerMessage` where a header is none; the stream has lost its place then.
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
                raise BadServerMessage("The server sent no message header.")
            return False
        header = bytes(self._buffer[:end])
        del self._buffer[: end + len(_END_OF_HEADER)]
        self._length = _content_length(header)
        return True


def _content_length(header: bytes) -> int:
    for line in header.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if not colon:
            break
        if name.strip().lower() == b"content-length":
            digits = value.strip()
            if digits.isdigit() and int(digits) <= _MAX_BODY_BYTES:
                return int(digits)
            break
    shown = header[:80].decode("utf-8", "backslashreplace")
    raise BadServerMessage(f"The server sent something that is no message: {shown!r}")
