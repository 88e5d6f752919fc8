"""Backs a history up into one file while servers use it."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread

from antiphon.history.copying.copy import copy_history
from antiphon.history.copying.places import (
    check_different,
    open_source,
    open_target,
    parse_place,
)
from antiphon.history.sqlite.opening.corruption import sidecar_path
from antiphon.history.sqlite.snapshot import copy_file
from antiphon.model.commands.history_copy import BackupReport
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.history.copying.places import Place
    from antiphon.history.sql.connection import Connection
    from antiphon.model.commands.history_copy import CopyPhase

_COUNTS: Final = "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM messages)"


async def back_up(
    source: Place, path: Path, report: Callable[[CopyPhase, int, int], None], *, force: bool = False
) -> BackupReport:
    """Makes a file of everything that a history holds, mode 0600.

    It has its name only when it is complete. Raises `AntiphonError`: `conflict` if the file exists
    already, unless `force`; `not_found` or `storage` if one of both cannot be used.
    """
    await check_different(source, parse_place(str(path)))
    _check_free(path, force=force)
    try:
        folder = Path(tempfile.mkdtemp(prefix=".antiphon-backup-", dir=path.parent))
    except OSError as problem:
        raise _file_error(path, problem) from problem
    try:
        made = folder / "history.db"
        if source.path is not None:
            await copy_file(source.path, made)
        else:
            await _copy_database(source, made, report)
        async with open_source(parse_place(str(made))) as copied:
            sessions, messages = await copied.read(_count)
        size = made.stat().st_size
        _check_free(path, force=force)
        await anyio.to_thread.run_sync(partial(_put_in_place, made, path))
    except OSError as problem:
        raise _file_error(path, problem) from problem
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return BackupReport(
        source=source.shown, path=str(path), bytes=size, sessions=sessions, messages=messages
    )


async def _copy_database(
    source: Place, made: Path, report: Callable[[CopyPhase, int, int], None]
) -> None:
    async with open_source(source) as snapshot, open_target(parse_place(str(made))) as target:
        await copy_history(snapshot, target, report, with_running=True)


def _count(connection: Connection) -> tuple[int, int]:
    sessions, messages = connection.execute(_COUNTS).fetchone()
    return sessions, messages


def _check_free(path: Path, *, force: bool) -> None:
    if os.path.lexists(path) and not force:
        raise error("conflict", f"{path} exists already.", hint="Use --force to replace it.")
    if os.path.lexists(sidecar_path(path, "-wal")):
        raise error(
            "conflict",
            f"{path} is a history that is in use, or was when its server was killed.",
            hint="Name another file.",
        )


def _put_in_place(made: Path, path: Path) -> None:
    """Gives the file its name, once its bytes are on the disk."""
    descriptor = os.open(made, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    made.replace(path)
    if os.name == "posix":  # Windows opens no folders
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _file_error(path: Path, problem: OSError) -> Exception:
    return error(
        "storage",
        f"{path} could not be written: {problem.strerror or problem}.",
        hint="Name a file in a folder that exists and that you may write to.",
    )
