"""Lists what is copied: each table's columns, and where a session's rows are.

Numbers that a database gives its rows (`panes.number`, `messages.number`) are its own: they are not
copied, but the order that they make is. What else the tables hold follows from these rows: the
search index and `context_uses` by triggers, `spending_days` by sums.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from antiphon.history.conversations.rows import MESSAGE_COLUMNS


class SessionTable(Struct, frozen=True):
    """A table whose rows belong to sessions."""

    name: str
    columns: tuple[str, ...]
    """What is stored."""
    source: str
    """Where the rows are found, with `{marks}` for the ids of sessions."""
    session: str
    """The column that names a row's session."""
    message: str | None = None
    """What is read instead of the first column: an id, not a number."""
    order: str | None = None
    """The number whose order means something, if it is not that of a column."""

    @property
    def query(self) -> str:
        """Reads a row's session, its number if that means something, and its columns."""
        values = [f"{self.name}.{column}" for column in self.columns]
        if self.message is not None:
            values[0] = self.message
        names = ", ".join((self.session, self.order or "0", *values))
        return f"SELECT {names} FROM {self.source}"  # noqa: S608 - names of our own

    @property
    def insert(self) -> str:
        marks = ", ".join("?" * len(self.columns))
        return f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES ({marks})"  # noqa: S608


def _of_session(name: str, columns: str, order: str | None = None) -> SessionTable:
    session = f"{name}.session_id"
    return SessionTable(
        name, tuple(columns.split()), f"{name} WHERE {session} IN ({{marks}})", session, order=order
    )


def _of_message(name: str, *columns: str, order: str | None = None) -> SessionTable:
    return SessionTable(
        name,
        ("message", *columns),
        f"{name} JOIN messages ON messages.number = {name}.message "
        "JOIN panes ON panes.id = messages.pane_id WHERE panes.session_id IN ({marks})",
        "panes.session_id",
        message="messages.id",
        order=order,
    )


SESSIONS: Final = SessionTable(
    "sessions",
    ("id", "title", "created_at", "updated_at", "owner"),
    "sessions WHERE sessions.id IN ({marks})",
    "sessions.id",
)
MESSAGES: Final = SessionTable(
    "messages",
    MESSAGE_COLUMNS,
    "messages JOIN panes ON panes.id = messages.pane_id WHERE panes.session_id IN ({marks})",
    "panes.session_id",
    order="messages.number",
)
ATTEMPTS: Final = _of_message(
    "attempts", "number", "failure_kind", "at", "input_tokens", "output_tokens",
    "cached_input_tokens", "reasoning_tokens", "cost", "cost_rest",
)  # fmt: skip
# Without the labels: they are those of `messages.context`, which SQLite ends at a NUL.
CONTEXT_USES: Final = _of_message("context_uses", "position", "sha256")
CHUNKS: Final = _of_message("chunks", "is_reasoning", "text", order="chunks.rowid")
CONTEXTS: Final = SessionTable(
    "contexts",
    ("sha256", "text"),
    """contexts JOIN (
      SELECT DISTINCT panes.session_id AS session, context_uses.sha256 AS text
      FROM context_uses JOIN messages ON messages.number = context_uses.message
      JOIN panes ON panes.id = messages.pane_id WHERE panes.session_id IN ({marks})
    ) AS used ON used.text = contexts.sha256""",
    "used.session",
)
RUN_STEPS: Final = SessionTable(
    "pipeline_run_steps",
    ("run_id", "position", "id", "result"),
    "pipeline_run_steps JOIN pipeline_runs ON pipeline_runs.id = pipeline_run_steps.run_id "
    "WHERE pipeline_runs.session_id IN ({marks})",
    "pipeline_runs.session_id",
)
SPENDING: Final = _of_session(
    "spending",
    """answer run_id session_id pane_id provider model at day status confirmed held requests
    input_tokens output_tokens cached_input_tokens reasoning_tokens estimated priced cost cost_rest
    queued_ms ttft_ms total_ms speed owner""",
    order="spending.number",
)

INSERTED: Final = (
    SESSIONS,
    _of_session("session_tags", "session_id position tag"),
    _of_session("session_shares", "session_id reader"),
    _of_session(
        "panes",
        "id session_id model title type uri created_at params sources",
        order="panes.number",
    ),
    _of_session("runs", "id session_id server_id status created_at ended_at"),
    MESSAGES,
    _of_session("session_comparisons", "id session_id type messages granularity"),
    _of_session(
        "pipeline_runs", "id session_id pipeline_id text uri inputs models status created_at"
    ),
    RUN_STEPS,
)
"""The tables of a session whose rows are inserted as they are, each after those that it names."""
OF_SESSIONS: Final = (*INSERTED, ATTEMPTS, CONTEXTS, CONTEXT_USES, CHUNKS)
"""Everything that is deleted with a session."""


class LooseTable(Struct, frozen=True):
    """A table whose rows belong to no session."""

    name: str
    columns: tuple[str, ...]
    key: int
    """How many columns, from the first, are what the row is found by."""
    is_fact: bool = False
    """Whether the key says it all, so that a row with the same key is the same."""

    @property
    def query(self) -> str:
        names, order = ", ".join(self.columns), ", ".join(self.columns[: self.key])
        return f"SELECT {names} FROM {self.name} ORDER BY {order}"  # noqa: S608 - constants

    @property
    def insert(self) -> str:
        marks = ", ".join("?" * len(self.columns))
        return f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES ({marks})"  # noqa: S608

    @property
    def delete(self) -> str:
        found = " AND ".join(f"{name} = ?" for name in self.columns[: self.key])
        return f"DELETE FROM {self.name} WHERE {found}"  # noqa: S608 - constants


LOOSE: Final = (
    LooseTable(
        "pipelines",
        (
            "id", "name", "description", "text", "sha256", "inputs", "steps", "created_at",
            "updated_at", "owner",
        ),
        key=1,
    ),
    LooseTable("pipeline_approvals", ("owner", "sha256", "approved_at"), key=2, is_fact=True),
    LooseTable(
        "budget_warnings", ("owner", "budget", "period", "level", "at"), key=4, is_fact=True
    ),
)  # fmt: skip
"""Tables that are small enough to be read at once."""
