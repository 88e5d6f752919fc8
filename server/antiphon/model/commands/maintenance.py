"""Arguments and results of the commands that look after the history's file."""

from __future__ import annotations

from antiphon.model.wire import Absent, Wire


class HistoryStats(Wire):
    """What the history holds, and how much room it takes."""

    location: str
    schema_version: int
    sessions: int
    panes: int
    messages: int
    contexts: int
    """Texts of files and selections; each is kept once."""
    bytes: int
    """The database's file."""
    log_bytes: int
    """The write-ahead log beside it."""
    free_bytes: int
    """Room inside the file that `antiphon.history.vacuum` would give back."""
    index_bytes: int
    """What of the file is the search index."""
    oldest: Absent[str] = None
    """When the session that rested longest was last used."""
    newest: Absent[str] = None


class VacuumResult(Wire):
    """How large the database's file was, and is."""

    before_bytes: int
    after_bytes: int


class VerifyResult(Wire):
    """What was found; a history without fault has no `problems`."""

    problems: list[str]
    checked: list[str]
    """What was looked at."""
    skipped: Absent[list[str]] = None
    """What was not looked at, and why."""
