"""Defines `antiphon show`: prints a session of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.options import completion
from antiphon_terminal.options.names import find_pane, find_session
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty.sanitize import clean, clean_line

if TYPE_CHECKING:
    from antiphon.model.commands.sessions import SessionOpenResult
    from antiphon.model.conversation.session import Pane
    from antiphon_client import AntiphonClient


@click.command("show")
@click.argument(
    "session",
    default="last",
    metavar="[SESSION|last|URI][#LINE]",
    shell_complete=completion.complete_sessions,
)
@click.option("--pane", "panes", multiple=True, metavar="TITLE|ID", help="Print only this pane.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object: session and messages."
)
def command(session: str, panes: tuple[str, ...], as_json: bool) -> None:
    """Print a session: each pane's whole conversation, as Markdown.

    A URI (`antiphon search` prints them) prints only that document. With #LINE each document is
    printed from that line on.
    """
    name, line = _split_line(session)
    if name.startswith("antiphon:"):
        if panes or as_json:
            raise click.UsageError("A URI is one document already: leave out --pane and --json.")
        run_command(_show_document(name, line))
    run_command(_show(name or "last", panes, line, as_json=as_json))


def _split_line(session: str) -> tuple[str, int]:
    name, mark, line = session.partition("#")
    if not mark:
        return name, 1
    if not (line.isascii() and line.isdigit() and int(line) > 0):
        raise click.UsageError(f"{line!r} is not a line number: lines are counted from 1.")
    return name, int(line)


async def _show_document(uri: str, line: int) -> int:
    async with start_server() as client:
        click.echo(_from_line(await client.content(uri), line))
    return 0


async def _show(name: str, panes: tuple[str, ...], line: int, *, as_json: bool) -> int:
    async with start_server() as client:
        session = await find_session(client, name)
        panes_to_print = [find_pane(session, pane) for pane in panes] or session.panes
        if as_json:
            opened = await client.open_session(session.id)
            json_lines.write(_filter_panes(opened, {pane.id for pane in panes_to_print}))
        else:
            await _print(client, panes_to_print, line)
    return 0


def _filter_panes(opened: SessionOpenResult, pane_ids: set[str]) -> SessionOpenResult:
    panes = [pane for pane in opened.session.panes if pane.id in pane_ids]
    return opened.model_copy(
        update={
            "session": opened.session.model_copy(update={"panes": panes}),
            "messages": [one for one in opened.messages if one.pane_id in pane_ids],
        }
    )


async def _print(client: AntiphonClient, panes: list[Pane], line: int) -> None:
    for number, pane in enumerate(panes):
        gap = "\n" if number else ""
        text = _from_line(await client.content(pane.uri), line)
        click.echo(f"{gap}# {clean_line(pane.title)}\n\n{text}")


def _from_line(text: str, line: int) -> str:
    """Returns `text` from its `line` on (from 1, with LSP's line ends), safe to print."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return clean("\n".join(plain.split("\n")[line - 1 :])).rstrip("\n")
