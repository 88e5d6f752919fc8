"""Defines what `antiphon history copy` and `antiphon history backup` report."""

from __future__ import annotations

from typing import Literal

from antiphon.model.wire import Absent, Wire

CopyPhase = Literal["compare", "copy", "verify"]
"""What a copy is doing: comparing both histories, copying, reading what was copied again."""


class CopiedTable(Wire):
    """One table of the source, whose rows are in the target."""

    name: str
    rows: int
    digest: str
    """The sum of the SHA-256 of all rows (hex), without numbers that a database gives."""


class CopyReport(Wire):
    """What was copied, or would be."""

    source: str = ""
    """Where it was copied from, without a password."""
    target: str = ""
    dry_run: bool
    sessions: int
    """Sessions that were not in the target."""
    updated: int
    """Sessions that were in the target as they had been before, and went on since."""
    replaced: int
    """Sessions that were in the target with other values."""
    skipped: int
    """Sessions that were in the target already."""
    running: int
    """Sessions that were left out, as an answer in them was running."""
    messages: int
    """Messages of the sessions that were copied, updated and replaced."""
    tables: Absent[list[CopiedTable]] = None
    """What was compared at the end; not with `dryRun`."""
    digest: Absent[str] = None
    """The SHA-256 of all tables (hex). Histories with the same one hold the same."""


class BackupReport(Wire):
    """The file that was made."""

    source: str
    path: str
    bytes: int
    sessions: int
    messages: int
