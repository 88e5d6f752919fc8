"""`antiphon history`: looks after what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from antiphon_client.library import SessionsClient
from antiphon_terminal.asking.server import run, server
from antiphon_terminal.options.names import raise_if_off
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon.model.commands.maintenance import HistoryStats

_STEP = 1024


@click.group("history")
def command() -> None:
    """Look after the history: what it holds, its room on the disk, its health."""


@command.command("stats")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def stats(as_json: bool) -> None:
    """Say what the history holds, and how much room it takes."""
    run(_stats(as_json=as_json))


async def _stats(*, as_json: bool) -> int:
    async with server() as client:
        await raise_if_off(client)
        found = await SessionsClient(client).stats()
    if as_json:
        json_lines.write(found)
        return 0
    for name, value in _rows(found):
        click.echo(f"{name:<13} {value}")
    return 0


def _rows(found: HistoryStats) -> list[tuple[str, str]]:
    rows = [
        ("history", clean_line(found.location)),
        ("sessions", f"{found.sessions:,}"),
        ("panes", f"{found.panes:,}"),
        ("messages", f"{found.messages:,}"),
        ("context texts", f"{found.contexts:,}"),
        ("file", _size(found.bytes)),
        ("log", _size(found.log_bytes)),
        ("search index", _size(found.index_bytes)),
        ("free", f"{_size(found.free_bytes)} (antiphon history vacuum gives it back)"),
    ]
    if found.oldest and found.newest:
        rows.append(("last used", f"between {found.oldest[:10]} and {found.newest[:10]}"))
    return rows


@command.command("vacuum")
def vacuum() -> None:
    """Give free room back to the disk. Other editors must be closed meanwhile."""
    run(_vacuum())


async def _vacuum() -> int:
    async with server() as client:
        await raise_if_off(client)
        result = await SessionsClient(client).vacuum()
    click.echo(f"{_size(result.before_bytes)} before, {_size(result.after_bytes)} now.")
    return 0


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify(as_json: bool) -> None:
    """Look for damage. The exit code is 1 where something is wrong."""
    run(_verify(as_json=as_json))


async def _verify(*, as_json: bool) -> int:
    async with server() as client:
        await raise_if_off(client)
        result = await SessionsClient(client).verify()
    if as_json:
        json_lines.write(result)
        return int(bool(result.problems))
    for problem in result.problems:
        click.echo(f"Wrong: {clean_line(problem)}")
    for skipped in result.skipped or ():
        click.echo(f"Not checked: {clean_line(skipped)}", err=True)
    if not result.problems:
        click.echo(f"Nothing is wrong. Checked: {', '.join(result.checked)}.")
    return int(bool(result.problems))


def _size(count: int) -> str:
    """`1.6 MiB`"""
    size = float(count)
    for unit in ("bytes", "KiB", "MiB"):
        if size < _STEP:
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= _STEP
    return f"{size:.1f} GiB"
