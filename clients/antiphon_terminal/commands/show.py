"""`antiphon show`: a session as it stands in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from antiphon_terminal import json_lines
from antiphon_terminal.question import find_pane, find_session
from antiphon_terminal.sanitize import clean, clean_line
from antiphon_terminal.server import run, server

if TYPE_CHECKING:
    from antiphon.model.commands import SessionOpenResult
    from antiphon.model.session import Pane
    from antiphon_client import AntiphonClient


@click.command("show")
@click.argument("session", default="last", metavar="[SESSION|last]")
@click.option("--pane", "panes", multiple=True, metavar="TITLE|ID", help="Only this pane.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: session and messages.")
def command(session: str, panes: tuple[str, ...], as_json: bool) -> None:
    """Print a session: each pane's whole conversation, as Markdown."""
    run(_show(session, panes, as_json=as_json))


async def _show(name: str, panes: tuple[str, ...], *, as_json: bool) -> int:
    async with server() as client:
        session = await find_session(client, name)
        chosen = [find_pane(session, pane) for pane in panes] or session.panes
        if as_json:
            opened = await client.open_session(session.id)
            json_lines.write(_only(opened, {pane.id for pane in chosen}))
        else:
            await _print(client, chosen)
    return 0


def _only(opened: SessionOpenResult, pane_ids: set[str]) -> SessionOpenResult:
    panes = [pane for pane in opened.session.panes if pane.id in pane_ids]
    return opened.model_copy(
        update={
            "session": opened.session.model_copy(update={"panes": panes}),
            "messages": [one for one in opened.messages if one.pane_id in pane_ids],
        }
    )


async def _print(client: AntiphonClient, panes: list[Pane]) -> None:
    for number, pane in enumerate(panes):
        text = clean(await client.content(pane.uri)).rstrip("\n")
        gap = "\n" if number else ""
        click.echo(f"{gap}# {clean_line(pane.title)}\n\n{text}")
