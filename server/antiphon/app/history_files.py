"""Copies and backs up histories for a command line, without a server.

It reads the settings, and opens the histories that they and the command line name.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from antiphon.app.settings import CurrentSettings
from antiphon.engine.redaction import Redactor
from antiphon.history.copying import backup
from antiphon.history.copying.between import copy_between
from antiphon.history.copying.places import parse_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from antiphon.model.commands.history_copy import BackupReport, CopyPhase, CopyReport


async def copy(
    source: str | None,
    target: str,
    report: Callable[[CopyPhase, int, int], None],
    *,
    replace: bool,
    dry_run: bool,
) -> CopyReport:
    """Copies a history, by default the one that the settings name, into another one.

    Raises `AntiphonError` as `copy_between` does.
    """
    from_place, to_place = parse_place(_or_own(source)), parse_place(target)
    return await copy_between(from_place, to_place, report, replace=replace, dry_run=dry_run)


async def back_up(
    path: Path,
    source: str | None,
    report: Callable[[CopyPhase, int, int], None],
    *,
    force: bool,
) -> BackupReport:
    """Backs a history up into a file, by default the one that the settings name.

    Raises `AntiphonError` as `backup.back_up` does.
    """
    place = parse_place(_or_own(source))
    return await backup.back_up(place, path, report, force=force)


def _or_own(source: str | None) -> str | None:
    """Returns a history's address, by default that of the settings."""
    # What goes wrong is the command's to say: Python would print warnings to stderr.
    logging.getLogger("antiphon").addHandler(logging.NullHandler())
    if source is not None:
        return source
    return CurrentSettings(os.environ, None, Redactor(), of_process=False).settings.history.url
