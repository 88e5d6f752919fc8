"""Defines `antiphon history`: maintains the history's database."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from antiphon.model.failure import AntiphonError
from antiphon_client.library import SessionsClient
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.files.history_files import open_history_files
from antiphon_terminal.options.names import require_history
from antiphon_terminal.output import json_lines
from antiphon_terminal.output.copy_progress import CopyProgress
from antiphon_terminal.tty.errors import exit_with_failure
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Generator

    from antiphon.model.commands.history_copy import BackupReport, CopyReport
    from antiphon.model.commands.maintenance import HistoryStats

_STEP = 1024


@click.group("history")
def command() -> None:
    """Maintain the history: its size, its space, checks, copies, backups."""


@command.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def stats(as_json: bool) -> None:
    """Show what the history holds, and how much disk space it uses."""
    run_command(_stats(as_json=as_json))


async def _stats(*, as_json: bool) -> int:
    async with start_server() as client:
        await require_history(client)
        found = await SessionsClient(client).stats()
    if as_json:
        json_lines.write(found)
        return 0
    for name, value in _list_figures(found):
        click.echo(f"{name:<13} {value}")
    return 0


def _list_figures(found: HistoryStats) -> list[tuple[str, str]]:
    rows = [
        ("history", clean_line(found.location)),
        ("sessions", f"{found.sessions:,}"),
        ("panes", f"{found.panes:,}"),
        ("messages", f"{found.messages:,}"),
        ("context texts", f"{found.contexts:,}"),
    ]
    if found.location.startswith("postgresql://"):  # whose log is not the history's alone
        rows.append(("tables", _format_size(found.bytes)))
        rows.append(("search index", _format_size(found.index_bytes)))
    else:
        free = f"{_format_size(found.free_bytes)} (antiphon history vacuum releases it)"
        rows.append(("file", _format_size(found.bytes)))
        rows.append(("log", _format_size(found.log_bytes)))
        rows.append(("search index", _format_size(found.index_bytes)))
        rows.append(("free", free))
    if found.oldest and found.newest:
        rows.append(("last used", f"between {found.oldest[:10]} and {found.newest[:10]}"))
    return rows


@command.command("vacuum")
def vacuum() -> None:
    """Release unused disk space. Other editors must be closed meanwhile."""
    run_command(_vacuum())


async def _vacuum() -> int:
    async with start_server() as client:
        await require_history(client)
        result = await SessionsClient(client).vacuum()
    click.echo(
        f"{_format_size(result.before_bytes)} before, {_format_size(result.after_bytes)} now."
    )
    return 0


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(as_json: bool) -> None:
    """Check the history. The exit code is 1 if it is corrupt."""
    run_command(_verify(as_json=as_json))


async def _verify(*, as_json: bool) -> int:
    async with start_server() as client:
        await require_history(client)
        result = await SessionsClient(client).verify()
    if as_json:
        json_lines.write(result)
        return int(bool(result.problems))
    for problem in result.problems:
        click.echo(f"Corrupt: {clean_line(problem)}")
    for skipped in result.skipped or ():
        click.echo(f"Not checked: {clean_line(skipped)}", err=True)
    if not result.problems:
        click.echo(f"Nothing is wrong. Checked: {', '.join(result.checked)}.")
    return int(bool(result.problems))


@command.command("copy")
@click.option("--from", "source", metavar="URL", help="By default the history of the settings.")
@click.option("--to", "target", metavar="URL", required=True, help="It may have sessions already.")
@click.option("--dry-run", is_flag=True, help="Say what would be copied.")
@click.option("--replace", is_flag=True, help="Let the source win where the target differs.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def copy(source: str | None, target: str, *, dry_run: bool, replace: bool, as_json: bool) -> None:
    """Copy a history into another one, both ways between SQLite and PostgreSQL.

    URL is sqlite:///path, a path, or postgresql://user@host/database. Both may be in use. A copy
    that was stopped goes on when it is started again; what differs is refused before anything is
    changed.
    """
    run_command(_copy(source, target, dry_run=dry_run, replace=replace, as_json=as_json))


async def _copy(
    source: str | None, target: str, *, dry_run: bool, replace: bool, as_json: bool
) -> int:
    with _progress() as progress:
        found = await open_history_files().copy(
            source, target, progress, dry_run=dry_run, replace=replace
        )
    if as_json:
        json_lines.write(found)
        return 0
    for line in _describe_copy(found):
        click.echo(clean_line(line))
    if found.running:
        click.echo(
            f"Left out: {found.running:,} with an answer that is running. Copy again when it has "
            "ended. (If no server runs, `antiphon history stats` ends it.)",
            err=True,
        )
    return 0


def _describe_copy(found: CopyReport) -> list[str]:
    verb = "Would copy" if found.dry_run else "Copied"
    new = found.sessions + found.updated + found.replaced
    size = f"{_count(new, 'session')} with {_count(found.messages, 'message')}"
    lines = [f"{verb} {size} from {found.source} to {found.target}."]
    counts = {
        "were there, and went on since": found.updated,
        "were there with other values": found.replaced,
        "more were there already": found.skipped,
    }
    lines += [f"{count:,} {words}." for words, count in counts.items() if count]
    if found.digest is not None:
        rows = sum(table.rows for table in found.tables or ())
        lines.append(f"Equal in {_count(rows, 'row')}, by SHA-256: {found.digest}")
    return lines


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--from", "source", metavar="URL", help="By default the history of the settings.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def backup(file: Path, source: str | None, *, force: bool, as_json: bool) -> None:
    """Back the history up into FILE, while servers use it.

    FILE is a history by itself: name it as history.url, or copy it with `antiphon history copy`.
    """
    run_command(_backup(file, source, force=force, as_json=as_json))


async def _backup(file: Path, source: str | None, *, force: bool, as_json: bool) -> int:
    with _progress() as progress:
        found = await open_history_files().back_up(file, source, progress, force=force)
    if as_json:
        json_lines.write(found)
    else:
        click.echo(_describe_backup(found))
    return 0


def _describe_backup(found: BackupReport) -> str:
    size = _format_size(found.bytes)
    held = f"{_count(found.sessions, 'session')} with {_count(found.messages, 'message')}"
    return clean_line(f"{found.path}: {held}, {size}.")


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


@contextmanager
def _progress() -> Generator[CopyProgress]:
    """Shows the progress of the block, and reports how it failed."""
    progress = CopyProgress()
    try:
        yield progress
    except AntiphonError as failed:
        progress.end()
        exit_with_failure(failed.failure)
    finally:
        progress.end()


def _format_size(count: int) -> str:
    """Formats a number of bytes as `1.6 MiB`."""
    size = float(count)
    for unit in ("bytes", "KiB", "MiB"):
        if size < _STEP:
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= _STEP
    return f"{size:.1f} GiB"
