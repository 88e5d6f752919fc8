"""One follower of a session: what it has been sent, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from antiphon.engine.following.event_log import LoggedEvent

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from antiphon.engine.following.feed import SessionFeed

NumberedEvent = tuple[int, LoggedEvent]
"""An event with the follower's own number for it, from 1."""


class Follower:
    """Reads a feed at its own speed, from a position in its log."""

    def __init__(self, feed: SessionFeed, leave: Callable[[Follower], None]) -> None:
        self.feed = feed
        self._leave = leave
        self._next: int | None = None
        self._number = 0
        self._stopped = False

    @property
    def ended(self) -> Literal["cancelled", "deleted"]:
        """Why there are no more events."""
        return "deleted" if self.feed.is_deleted and not self._stopped else "cancelled"

    def stop(self) -> None:
        """Ends the follow, as its client wants."""
        self._stopped = True
        self.feed.log.wake()

    def leave(self) -> None:
        """Lets the feed end with its last follower."""
        self._leave(self)

    async def batch(self, room: Callable[[], Awaitable[None]]) -> Sequence[NumberedEvent]:
        """Returns the next events when there is `room`, or none at the end."""
        while not self._stopped:
            await room()
            if self._stopped:
                break
            if batch := self._take():
                return batch
            if self.feed.is_deleted:
                break
            await self.feed.log.grown()
        return ()

    def _take(self) -> Sequence[NumberedEvent]:
        log = self.feed.log
        events = None if self._next is None else log.read(self._next)
        if events is None:  # at first, and if it was too slow for the log
            # Its last event, that the session was deleted, is in no snapshot.
            self._next = log.end - (1 if self.feed.is_deleted else 0)
            events = [LoggedEvent(self.feed.snapshot(), 0)]
        else:
            self._next = (self._next or 0) + len(events)
        first = self._number + 1
        self._number += len(events)
        return list(enumerate(events, first))
