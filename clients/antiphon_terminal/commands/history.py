"""Defines `antiphon history`: maintains the history's database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from antiphon_client.library import SessionsClient
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.options.names import require_history
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon.model.commands.maintenance import HistoryStats

_STEP = 1024


@click.group("history")
def command() -> None:
    """Maintain the history: show its size, release space, check it."""


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
        ("file", _format_size(found.bytes)),
        ("log", _format_size(found.log_bytes)),
        ("search index", _format_size(found.index_bytes)),
        ("free", f"{_format_size(found.free_bytes)} (antiphon history vacuum releases it)"),
    ]
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


def _format_size(count: int) -> str:
    """Formats a number of bytes as `1.6 MiB`."""
    size = float(count)
    for unit in ("bytes", "KiB", "MiB"):
        if size < _STEP:
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= _STEP
    return f"{size:.1f} GiB"
