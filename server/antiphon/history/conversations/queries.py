"""Reads sessions, panes and messages. Every function works in its caller's snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.history.conversations.rows import (
    message_of_row,
    pane_of_row,
    session_of_row,
    streamed,
)
from antiphon.history.conversations.unknown_ids import unknown_id_error
from antiphon.history.not_found import not_found_error
from antiphon.history.search.page_cursor import decode_cursor, encode_cursor
from antiphon.history.sql import parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from antiphon.history.sql.connection import Connection, Row
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane, PaneState, Session

# The number of a pane's running answer, from which its state follows.
_PANE: Final = """
    SELECT panes.*, (
      SELECT max(messages.number) FROM messages
      WHERE messages.pane_id = panes.id AND messages.status = 'streaming'
    ) AS running
    FROM panes
"""
_PAGE: Final = """
    SELECT * FROM sessions
    WHERE (CAST(:tag AS TEXT) IS NULL
        OR id IN (SELECT session_id FROM session_tags WHERE tag = :tag))
      AND (CAST(:updated_at AS TEXT) IS NULL OR (updated_at, id) < (:updated_at, :id))
    ORDER BY updated_at DESC, id DESC LIMIT :limit
"""


def session(connection: Connection, session_id: str) -> Session:
    """Reads one session with its panes.

    Raises `AntiphonError` of kind `not_found`.
    """
    rows = connection.execute(
        "SELECT * FROM sessions WHERE id = ?", (parameters.text(session_id),)
    ).fetchall()
    if not rows:
        raise unknown_id_error(connection, "session", session_id)
    return _sessions_of_rows(connection, rows)[0]


def sessions(
    connection: Connection, limit: int, cursor: str | None, tag: str | None
) -> tuple[list[Session], str | None]:
    """Reads a page of sessions and the cursor of the next one.

    Raises `AntiphonError` of kind `invalid_params` for a cursor that was not made here.
    """
    updated_at, last_id = decode_cursor(cursor) if cursor is not None else (None, None)
    page = {"tag": tag, "updated_at": updated_at, "id": last_id, "limit": limit + 1}
    rows = connection.execute(_PAGE, parameters.row(page)).fetchall()
    shown = rows[:limit]
    more = len(rows) > limit and shown
    following = encode_cursor(shown[-1]["updated_at"], shown[-1]["id"]) if more else None
    return _sessions_of_rows(connection, shown), following


def pane(connection: Connection, pane_id: str) -> Pane:
    """Reads one pane.

    Raises `AntiphonError` of kind `not_found`.
    """
    rows = connection.execute(f"{_PANE} WHERE panes.id = ?", (parameters.text(pane_id),)).fetchall()
    if not rows:
        raise unknown_id_error(connection, "pane", pane_id)
    return panes_of_rows(connection, rows)[0]


def message(connection: Connection, message_id: str) -> Message:
    """Reads one message, superseded or not.

    Raises `AntiphonError` of kind `not_found`.
    """
    rows = connection.execute(
        "SELECT * FROM messages WHERE id = ?", (parameters.text(message_id),)
    ).fetchall()
    if not rows:
        raise unknown_id_error(connection, "message", message_id)
    return messages_of_rows(connection, rows)[0]


def messages_of_pane(connection: Connection, pane_id: str) -> list[Message]:
    """Reads the messages of a pane's document.

    Raises `AntiphonError` of kind `not_found`.
    """
    pane(connection, pane_id)
    rows = connection.execute(
        "SELECT * FROM messages WHERE pane_id = ? AND NOT superseded ORDER BY number",
        (parameters.text(pane_id),),
    ).fetchall()
    return messages_of_rows(connection, rows)


def messages_of_session(connection: Connection, session_id: str) -> list[Message]:
    """Reads the messages of all documents of a session, oldest first.

    Raises `AntiphonError` of kind `not_found`.
    """
    session(connection, session_id)
    rows = connection.execute(
        """
        SELECT messages.* FROM messages JOIN panes ON panes.id = messages.pane_id
        WHERE panes.session_id = ? AND NOT messages.superseded ORDER BY messages.number
        """,
        (parameters.text(session_id),),
    ).fetchall()
    return messages_of_rows(connection, rows)


def session_of_run(connection: Connection, run_id: str) -> str:
    """Returns the id of the session of a run, of a pipeline's too.

    Raises `AntiphonError` of kind `not_found`.
    """
    for table in ("runs", "pipeline_runs"):
        query = f"SELECT session_id FROM {table} WHERE id = ?"  # noqa: S608 - names of our own
        row = connection.execute(query, (parameters.text(run_id),)).fetchone()
        if row is not None:
            return row["session_id"]
    raise not_found_error("run", run_id, field="$.runId")


def contexts(connection: Connection, hashes: Sequence[str]) -> dict[str, str]:
    """Reads the stored texts of context items by their SHA-256, without those that are missing."""
    found: dict[str, str] = {}
    for sha256 in hashes:
        query = "SELECT text FROM contexts WHERE sha256 = ?"
        for row in connection.execute(query, (parameters.text(sha256),)):
            found[sha256] = row["text"]
    return found


def messages_of_rows(connection: Connection, rows: Sequence[Row]) -> list[Message]:
    """Converts rows of `messages` to messages, running ones with their text so far."""
    running = [row["number"] for row in rows if row["status"] == "streaming"]
    chunks = _chunks(connection, running)
    return [message_of_row(row, streamed(chunks.get(row["number"], ()))) for row in rows]


def _chunks(connection: Connection, numbers: Iterable[int]) -> dict[int, list[Row]]:
    """Reads the chunks of running answers in one query."""
    found: dict[int, list[Row]] = {number: [] for number in numbers}
    if found:
        marks = ", ".join("?" * len(found))
        query = f"SELECT * FROM chunks WHERE message IN ({marks}) ORDER BY rowid"  # noqa: S608 - marks
        for row in connection.execute(query, list(found)):
            found[row["message"]].append(row)
    return found


def _sessions_of_rows(connection: Connection, rows: Sequence[Row]) -> list[Session]:
    ids = [row["id"] for row in rows]
    marks = ", ".join("?" * len(ids))
    panes: dict[str, list[Pane]] = {session_id: [] for session_id in ids}
    of_sessions = f"{_PANE} WHERE panes.session_id IN ({marks}) ORDER BY panes.number"
    for found in panes_of_rows(connection, connection.execute(of_sessions, ids).fetchall()):
        panes[found.session_id].append(found)
    tags: dict[str, list[str]] = {session_id: [] for session_id in ids}
    for row in connection.execute(
        f"SELECT session_id, tag FROM session_tags WHERE session_id IN ({marks}) "  # noqa: S608
        "ORDER BY session_id, position",
        ids,
    ):
        tags[row["session_id"]].append(row["tag"])
    return [session_of_row(row, panes[row["id"]], tags[row["id"]]) for row in rows]


def panes_of_rows(connection: Connection, rows: Sequence[Row]) -> list[Pane]:
    """Converts rows to panes, each row with the number of its `running` answer."""
    begun: set[int] = set()
    running = [row["running"] for row in rows if row["running"] is not None]
    if running:
        marks = ", ".join("?" * len(running))
        query = f"SELECT DISTINCT message FROM chunks WHERE message IN ({marks})"  # noqa: S608 - marks
        begun = {row[0] for row in connection.execute(query, running)}
    return [pane_of_row(row, _state(row["running"], begun)) for row in rows]


def _state(running: int | None, begun: set[int]) -> PaneState:
    if running is None:
        return "idle"
    return "streaming" if running in begun else "waiting"
