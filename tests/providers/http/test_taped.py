"""A response goes into the cassette as it was read, and comes out of it the same."""

from __future__ import annotations

import pytest

from antiphon.engine.ports.cassettes import Recording
from antiphon.providers.http.response import BROKEN
from antiphon.providers.http.taped import KeptResponse, ReplayedResponse


class Shelf:
    """A cassette in memory."""

    is_replay = False

    def __init__(self) -> None:
        self.kept: list[tuple[str, Recording]] = []

    def keep(self, key: str, recording: Recording) -> None:
        self.kept.append((key, recording))


@pytest.mark.parametrize("broken", [False, True])
async def test_what_was_read_is_kept_once_with_how_it_ended(broken: bool) -> None:
    recording = Recording(207, b"abc", {"content-type": "text/event-stream"}, broken)
    shelf = Shelf()
    response = KeptResponse(ReplayedResponse(recording), shelf, "key")  # type: ignore[arg-type]
    assert (response.status, response.content_type) == (207, "text/event-stream")
    assert await response.read() == b"abc"
    response.unread(b"bc")
    assert await response.read() == b"bc"
    if broken:
        with pytest.raises(BROKEN):
            await response.read()
    else:
        assert await response.read() == b""
    response.close()
    response.close()
    assert shelf.kept == [("key", recording)]
