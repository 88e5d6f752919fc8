"""`antiphon sessions`: what was asked before."""

from __future__ import annotations

from datetime import datetime

import click

from antiphon_terminal import console as consoles
from antiphon_terminal import json_lines
from antiphon_terminal.sanitize import clean_line
from antiphon_terminal.server import run, server


@click.command("sessions")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(limit: int, as_json: bool) -> None:
    """List earlier sessions, the last used first."""
    run(_sessions(limit, as_json=as_json))


async def _sessions(limit: int, *, as_json: bool) -> int:
    async with server() as client:
        result = await client.sessions(limit=limit)
    if as_json:
        json_lines.write(result)
        return 0
    if not result.sessions:
        click.echo("There is no session yet: ask something first.", err=True)
    rows: list[list[str | tuple[str, str]]] = [
        [
            (session.id, "dim"),
            _local(session.updated_at),
            (clean_line(session.title), "bold"),
            (", ".join(clean_line(pane.title) for pane in session.panes), "dim"),
        ]
        for session in result.sessions
    ]
    console = consoles.stdout()
    for line in consoles.table(rows):
        console.print(line)
    return 0


def _local(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"
