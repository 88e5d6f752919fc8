"""Finds what copies histories: a client cannot, so who started the process gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, cast

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from antiphon.model.commands.history_copy import BackupReport, CopyPhase, CopyReport

OPENER: Final = "open_history_files"
"""The name under which the context of the command line has it."""


class HistoryFiles(Protocol):
    """Copies histories in this process. Raises `AntiphonError`."""

    async def copy(
        self,
        source: str | None,
        target: str,
        report: Callable[[CopyPhase, int, int], None],
        *,
        replace: bool,
        dry_run: bool,
    ) -> CopyReport:
        """Copies a history, by default that of the settings, into another one."""
        ...

    async def back_up(
        self,
        path: Path,
        source: str | None,
        report: Callable[[CopyPhase, int, int], None],
        *,
        force: bool,
    ) -> BackupReport:
        """Backs a history up into a file, by default that of the settings."""
        ...


def open_history_files() -> HistoryFiles:
    """Returns what copies histories. It is imported only now."""
    opener = cast("Callable[[], HistoryFiles]", click.get_current_context().meta[OPENER])
    return opener()
