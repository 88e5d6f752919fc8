"""Defines the results of the commands that maintain the history's database."""

from __future__ import annotations

from antiphon.model.wire import Absent, Wire


class HistoryStats(Wire):
    """What the history holds, and how much disk space it uses."""

    location: str
    schema_version: int
    sessions: int
    panes: int
    messages: int
    contexts: int
    """Texts of files and selections; each is kept once."""
    bytes: int
    """The size of the database file, or of the tables in PostgreSQL."""
    log_bytes: int
    """The size of the write-ahead log beside it; 0 in PostgreSQL, which has one for all."""
    free_bytes: int
    """Unused space that `antiphon.history.vacuum` would release; 0 in PostgreSQL: not known."""
    index_bytes: int
    """How much of the file is the search index."""
    oldest: Absent[str] = None
    """When the session that has been unused for longest was last used."""
    newest: Absent[str] = None


class VacuumResult(Wire):
    """The size of the database file before and after."""

    before_bytes: int
    after_bytes: int


class VerifyResult(Wire):
    """What the check found. `problems` is empty if the history is intact."""

    problems: list[str]
    checked: list[str]
    """What was checked."""
    skipped: Absent[list[str]] = None
    """What was not checked, and why."""
