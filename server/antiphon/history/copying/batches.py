"""Divides a history into batches of whole sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from antiphon.history.copying.digests import Digests, digest_session
from antiphon.history.copying.tables import SPENDING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.history.copying.rows import SessionRows, SessionSize

MOST_MESSAGES: Final = 500
"""How many messages a batch has, unless one session has more."""
_MOST_SESSIONS: Final = 200


class Batch(Struct):
    """Sessions that are copied together."""

    sessions: Sequence[SessionSize]
    missing: list[str] = field(default_factory=list[str])
    earlier: list[str] = field(default_factory=list[str])
    """Sessions that are there as they were before, as far as they had gone then."""
    different: list[str] = field(default_factory=list[str])
    unpaid: list[str] = field(default_factory=list[str])
    """Sessions that are there already, but not all that their answers cost."""
    digests: Digests = field(default_factory=Digests)
    """What was read of the source."""

    @property
    def ids(self) -> list[str]:
        return [session.id for session in self.sessions]

    @property
    def messages(self) -> int:
        return sum(session.messages for session in self.sessions)


def divide(sessions: Sequence[SessionSize], most_messages: int) -> Iterator[Batch]:
    """Divides sessions, in their order, into batches of about so many messages."""
    batch: list[SessionSize] = []
    messages = 0
    for session in sessions:
        if batch and (messages + session.messages > most_messages or len(batch) >= _MOST_SESSIONS):
            yield Batch(batch)
            batch, messages = [], 0
        batch.append(session)
        messages += session.messages
    if batch:
        yield Batch(batch)


def add_session(digests: Digests, rows: SessionRows) -> None:
    """Adds a session with what its answers cost."""
    digests.add(digest_session(rows))
    digests.add_rows(SPENDING.name, rows.spending)
