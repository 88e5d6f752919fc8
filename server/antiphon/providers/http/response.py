"""Reads a response whose headers have arrived.

Importing this module imports aiohttp, so it is imported when it is first needed.
"""

from __future__ import annotations

from typing import Final, cast

from antiphon.providers.http import certificates

with certificates.without_certificates():
    import aiohttp

ERROR_BODY_BYTES: Final = 64 * 1024
_MOST_BYTES: Final = 16 * 1024
"""Of one read: some eighty deltas, which are decoded in well under a millisecond."""
BROKEN: Final = (aiohttp.ClientError, OSError)
"""What `Response.read` raises if the connection broke before the body's end."""


class Response:
    """A response whose headers have arrived."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self._content = response.content
        self._unread = b""
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.headers.items()}

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters. Empty if none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    async def read(self) -> bytes:
        """Returns what has arrived, or waits for it. Returns nothing at the end.

        aiohttp's reader raises the error of a broken connection before it returns what arrived
        ahead of it. Here the text comes first. Raises one of `BROKEN`.
        """
        if self._unread:
            unread, self._unread = self._unread, b""
            return unread
        error = self._content.exception()
        if error is None:
            return await self._content.read(_MOST_BYTES)
        self._content.set_exception(cast("BaseException", None))
        rest = self._content.read_nowait(-1)
        self._content.set_exception(error)
        if rest:
            return rest
        raise error

    def unread(self, piece: bytes) -> None:
        """Puts back what was read last, so that it is read once more."""
        self._unread = piece + self._unread

    async def body(self, limit: int) -> bytes:
        """Returns the body, cut at `limit` bytes. Raises one of `BROKEN`."""
        pieces: list[bytes] = []
        size = 0
        while size < limit and (piece := await self.read()):
            pieces.append(piece)
            size += len(piece)
        return b"".join(pieces)[:limit]

    def close(self) -> None:
        """Closes the connection, unless the body was read to its end."""
        self._response.close()


def broken_again() -> Exception:
    """Returns the error of a connection that broke when its response was recorded."""
    return aiohttp.ClientPayloadError("the connection broke here when it was recorded")
