"""Reads what changed in a session since somebody looked, as the port `SessionLooks` describes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from antiphon.engine.ports.following import SessionLook
from antiphon.history.conversations import queries
from antiphon.history.sql import parameters
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from antiphon.history.sql.connection import Connection, Row
    from antiphon.history.sql.database import Database
    from antiphon.model.conversation.message import Message

_OUTLINE: Final = """
    SELECT messages.number, messages.id, messages.pane_id, messages.status
    FROM messages JOIN panes ON panes.id = messages.pane_id
    WHERE panes.session_id = ? AND NOT messages.superseded ORDER BY messages.number
"""
_OWNER: Final = "SELECT owner FROM sessions WHERE id = ?"
_MARKS_AT_ONCE: Final = 500


class SqlSessionLooks:
    """Looks at followed sessions, whoever owns them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def version(self) -> int:
        return await self._database.version()

    async def look(
        self,
        session_id: str,
        known: Mapping[str, str],
        *,
        except_panes: AbstractSet[str] = frozenset(),
    ) -> SessionLook | None:
        work = partial(look, session_id=session_id, known=known, except_panes=except_panes)
        return await self._database.read_whole(work)


def look(
    connection: Connection,
    session_id: str,
    known: Mapping[str, str],
    except_panes: AbstractSet[str],
) -> SessionLook | None:
    """Reads a session and its news, in the caller's snapshot."""
    try:
        session = queries.session(connection, session_id).model_copy(update={"shared_by": None})
    except AntiphonError as problem:
        if problem.failure.kind == "not_found":
            return None
        raise
    ids: dict[str, list[str]] = {pane.id: [] for pane in session.panes}
    news: list[int] = []
    for row in connection.execute(_OUTLINE, (parameters.text(session_id),)):
        if row["pane_id"] in except_panes:
            continue
        ids[row["pane_id"]].append(row["id"])
        if row["status"] == "streaming" or known.get(row["id"]) != row["status"]:
            news.append(row["number"])
    (owner,) = connection.execute(_OWNER, (session.id,)).fetchone()
    return SessionLook(session, ids, _read(connection, news), owner or None)


def _read(connection: Connection, numbers: Sequence[int]) -> dict[str, Message]:
    rows: list[Row] = []
    for first in range(0, len(numbers), _MARKS_AT_ONCE):
        some = numbers[first : first + _MARKS_AT_ONCE]
        marks = ", ".join("?" * len(some))
        query = f"SELECT * FROM messages WHERE number IN ({marks})"  # noqa: S608 - marks alone
        rows += connection.execute(query, some).fetchall()
    return {each.id: each for each in queries.messages_of_rows(connection, rows)}
