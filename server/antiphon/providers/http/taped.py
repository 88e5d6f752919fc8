"""Keeps the responses of a run in its cassette, or takes them from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.ports.cassettes import Recording
from antiphon.providers.http.response import BROKEN, Response, broken_again

if TYPE_CHECKING:
    from antiphon.engine.ports.cassettes import Cassette


class KeptResponse(Response):
    """A response that is kept as it is read."""

    def __init__(self, response: Response, cassette: Cassette, key: str) -> None:
        self._inner = response
        self._cassette = cassette
        self._key = key
        self._pieces: list[bytes] = []
        self._unread = b""
        self._broken = False
        self._closed = False
        self.status = response.status
        self.headers = response.headers

    async def read(self) -> bytes:
        """Returns what has arrived, as the response does."""
        if self._unread:
            unread, self._unread = self._unread, b""
            return unread
        try:
            piece = await self._inner.read()
        except BROKEN:
            self._broken = True
            raise
        self._pieces.append(piece)
        return piece

    def close(self) -> None:
        """Closes the connection, and keeps what was read."""
        self._inner.close()
        if not self._closed:
            self._closed = True
            body = b"".join(self._pieces)
            recording = Recording(self.status, body, self.headers, self._broken)
            self._cassette.keep(self._key, recording)


class ReplayedResponse(Response):
    """A response that was kept."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._unread = recording.body
        self.status = recording.status
        self.headers = dict(recording.headers)

    async def read(self) -> bytes:
        """Returns the body, then nothing, or the error of a connection that broke there."""
        unread, self._unread = self._unread, b""
        if not unread and self._recording.broken:
            raise broken_again()
        return unread

    def close(self) -> None:
        """Does nothing, since there is no connection."""
