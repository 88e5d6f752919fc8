"""What the history writes: the statements of a run's start and of its records.

Every function works inside a transaction that its caller has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.ports import AnswerEnd, TextChunk
from antiphon.history.conversations.access import NotTheirsError, require_owner
from antiphon.history.conversations.rows import MESSAGE_COLUMNS, row_of_message, row_of_pane
from antiphon.history.not_found import session_deleted_error
from antiphon.history.spending import writes
from antiphon.history.sql import parameters as storable
from antiphon.model.conflicts import still_answering
from antiphon.model.failure import error
from antiphon.model.values import money
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports import Attempt, Record, RunStart
    from antiphon.history.sql.connection import Connection
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane, Session
    from antiphon.model.failure import AntiphonError

# A server that another one has just overtaken must neither move the session back in the list nor
# restore the title that it had before.
_PUT_SESSION: Final = """
    INSERT INTO sessions (id, title, created_at, updated_at, owner)
    VALUES (:id, :title, :created_at, :updated_at, :owner)
    ON CONFLICT (id) DO UPDATE SET updated_at = CASE
      WHEN sessions.updated_at > excluded.updated_at THEN sessions.updated_at
      ELSE excluded.updated_at END
"""
_IS_KNOWN: Final = "SELECT 1 FROM sessions WHERE id = ?"
_PUT_TAG: Final = "INSERT INTO session_tags (session_id, position, tag) VALUES (?, ?, ?)"
_PUT_PANE: Final = """
    INSERT INTO panes (id, session_id, model, title, type, uri, created_at, params, sources)
    VALUES (:id, :session_id, :model, :title, :type, :uri, :created_at, :params, :sources)
    ON CONFLICT (id) DO UPDATE
    SET model = excluded.model, title = excluded.title, type = excluded.type, uri = excluded.uri,
        params = excluded.params, sources = excluded.sources
"""
_ADD_RUN: Final = """
    INSERT INTO runs (id, session_id, server_id, status, created_at)
    VALUES (?, ?, ?, 'running', ?)
"""
ADD_MESSAGE: Final = (
    f"INSERT INTO messages ({', '.join(MESSAGE_COLUMNS)}) "  # noqa: S608 - names of our own
    f"VALUES ({', '.join(':' + name for name in MESSAGE_COLUMNS)})"
)
# The place of a message and the run that asked for it never change.
_FINAL_COLUMNS: Final = tuple(
    name for name in MESSAGE_COLUMNS if name not in {"id", "pane_id", "run_id", "superseded"}
)
_END_MESSAGE: Final = (
    f"UPDATE messages SET {', '.join(f'{name} = :{name}' for name in _FINAL_COLUMNS)} "  # noqa: S608
    "WHERE id = :id"
)
PUT_CONTEXT: Final = "INSERT INTO contexts (sha256, text) VALUES (?, ?) ON CONFLICT DO NOTHING"
_ADD_ATTEMPT: Final = """
    INSERT INTO attempts (
      message, number, failure_kind, at,
      input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, cost, cost_rest
    )
    SELECT number, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM messages WHERE id = ?
    ON CONFLICT (message, number) DO UPDATE SET
      failure_kind = excluded.failure_kind, at = excluded.at,
      input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
      cached_input_tokens = excluded.cached_input_tokens,
      reasoning_tokens = excluded.reasoning_tokens,
      cost = excluded.cost, cost_rest = excluded.cost_rest
"""
_DROP_CHUNKS: Final = (
    "DELETE FROM chunks WHERE message IN (SELECT number FROM messages WHERE id IN ({marks}))"
)
_END_RUNS: Final = """
    UPDATE runs SET status = 'ended', ended_at = ?
    WHERE ended_at IS NULL
      AND id IN (SELECT run_id FROM messages WHERE messages.id IN ({marks}))
      AND NOT EXISTS (
        SELECT 1 FROM messages WHERE messages.run_id = runs.id AND messages.status = 'streaming'
      )
"""
_IS_ANSWERING: Final = (
    "SELECT 1 FROM messages WHERE pane_id = ? AND status = 'streaming' AND NOT superseded"
)
_MARKS_AT_ONCE: Final = 500


def begin_run(connection: Connection, start: RunStart, server_id: str, owner: str = "") -> None:
    """Stores everything of a run that is known before it is sent, as `owner`'s.

    Raises `AntiphonError`: `not_found` for a session that no longer exists and for a
    superseded message that does not exist, `conflict` for a pane that is still answering, also
    in another server. Raises `OverBudgetError` if the reservation does not fit.
    """
    connection.take_turn(start.session.id)
    require_session(connection, start.session, owner, exists=start.session_exists)
    require_idle(connection, start.session.panes, start.messages)
    put_session(connection, start.session, owner)
    connection.execute(
        _ADD_RUN,
        [storable.text(part) for part in (start.run_id, start.session.id, server_id, now())],
    )
    connection.executemany(
        PUT_CONTEXT,
        [(storable.text(sha256), storable.text(text)) for sha256, text in start.contexts.items()],
    )
    rows = [row_of_message(message) for message in start.messages]
    for row in rows:
        if row["status"] == "streaming" and row["run_id"] is None:
            row["run_id"] = start.run_id  # whose server would end the answer otherwise?
    connection.executemany(ADD_MESSAGE, rows)
    _each_found(
        connection,
        "UPDATE messages SET superseded = TRUE WHERE id = ?",
        [(storable.text(message_id),) for message_id in start.superseded],
    )
    if start.reservation is not None:
        writes.reserve(connection, start.reservation, owner)


def disown(connection: Connection, run_ids: Sequence[str]) -> None:
    """Leaves runs to the next recovery, as if their server had ended."""
    statement = "UPDATE runs SET server_id = '' WHERE id = ?"
    connection.executemany(statement, [(storable.text(each),) for each in run_ids])


def require_idle(
    connection: Connection, panes: Sequence[Pane], messages: Sequence[Message]
) -> None:
    """Raises `AntiphonError` (`conflict`) if a pane that is to get `messages` is answering."""
    asked = {message.pane_id for message in messages}
    for pane in panes:
        if pane.id not in asked:
            continue
        if connection.execute(_IS_ANSWERING, (storable.text(pane.id),)).fetchone() is not None:
            raise still_answering(pane.title)


def require_session(
    connection: Connection, session: Session, owner: str = "", *, exists: bool = True
) -> None:
    """Checks that `owner` may go on with `session`, which is new unless it `exists`.

    Raises `AntiphonError`: `permission` if another user shares it; `not_found` if it is not theirs,
    or if another server has deleted it meanwhile: storing it again would bring it back with the
    asked panes alone.
    """
    known = connection.execute(_IS_KNOWN, (storable.text(session.id),)).fetchone() is not None
    if not known and not exists:
        return
    try:
        require_owner(connection, owner, session.id)
    except NotTheirsError:
        raise session_deleted_error(session.id) from None


def put_session(connection: Connection, session: Session, owner: str = "") -> None:
    """Stores a session, new or continued, with its panes. A new one becomes `owner`'s.

    The title and the tags of a session that exists already stay as they are.
    """
    session_id = storable.text(session.id)
    known = connection.execute(_IS_KNOWN, (session_id,)).fetchone() is not None
    connection.execute(
        _PUT_SESSION,
        storable.row(
            {
                "id": session.id,
                "title": session.title,
                "created_at": session.created_at,
                "updated_at": session.updated_at,
                "owner": owner,
            }
        ),
    )
    if not known:
        connection.executemany(
            _PUT_TAG,
            [(session_id, place, storable.text(tag)) for place, tag in enumerate(session.tags)],
        )
    connection.executemany(_PUT_PANE, [row_of_pane(pane) for pane in session.panes])


def record(connection: Connection, records: Sequence[Record]) -> None:
    """Stores what happened to running answers.

    Raises `AntiphonError` of kind `not_found` if a record names an unknown message.
    """
    chunks: list[tuple[str, bool, str]] = []
    attempts: list[Attempt] = []
    ends: list[Message] = []
    for item in records:
        if isinstance(item, TextChunk):
            text = item.text if item.text.isascii() else storable.text(item.text)
            chunks.append((text, item.is_reasoning, item.message_id))
        elif isinstance(item, AnswerEnd):
            ends.append(item.message)
        else:
            attempts.append(item)
    if chunks and connection.dialect.add_chunks(connection, chunks) != len(chunks):
        raise _unknown_message_error()
    if attempts:
        _add_attempts(connection, attempts)
    if ends:
        _end_answers(connection, ends)


def _add_attempts(connection: Connection, attempts: Sequence[Attempt]) -> None:
    moment = now()
    rows = [
        (item.number, item.failure_kind, moment, *_billed(item), storable.text(item.message_id))
        for item in attempts
    ]
    _each_found(connection, _ADD_ATTEMPT, rows)


def _billed(attempt: Attempt) -> Sequence[int]:
    usage, cost = attempt.usage, attempt.cost
    if usage is None:
        return (0,) * 6
    tokens = {
        "input": usage.input_tokens,
        "output": usage.output_tokens,
        "cached": usage.cached_input_tokens,
        "reasoning": usage.reasoning_tokens,
    }
    return (*storable.row(tokens).values(), *money.parts(cost.amount if cost else None))


def _end_answers(connection: Connection, ends: Sequence[Message]) -> None:
    rows = [row_of_message(message) for message in ends]
    _each_found(connection, _END_MESSAGE, rows)
    ids = [row["id"] for row in rows]
    for first in range(0, len(ids), _MARKS_AT_ONCE):
        some = ids[first : first + _MARKS_AT_ONCE]
        marks = ", ".join("?" * len(some))
        connection.execute(_DROP_CHUNKS.format(marks=marks), some)
        connection.execute(_END_RUNS.format(marks=marks), [now(), *some])
    writes.settle(connection, ends)


def _each_found(connection: Connection, statement: str, parameters: Sequence[Any]) -> None:
    """Runs `statement` for each of `parameters`, each of which must change exactly one row."""
    if parameters and connection.count_changes(statement, parameters) != len(parameters):
        raise _unknown_message_error()


def _unknown_message_error() -> AntiphonError:
    return error("not_found", "A message of this run is not in the history.")
