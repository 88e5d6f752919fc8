"""Defines `antiphon consensus`: prints which statements several answers share."""

from __future__ import annotations

import click

from antiphon.model.commands.comparison import ConsensusParams
from antiphon_client.answers import AnswersClient
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.options import completion
from antiphon_terminal.options.names import find_panes
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty.sanitize import clean


@click.command("consensus")
@click.argument(
    "panes", nargs=-1, metavar="[PANE|SESSION]...", shell_complete=completion.complete_panes
)
@click.option("--in-place", is_flag=True, help="Print the answers themselves, marked line by line.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(panes: tuple[str, ...], in_place: bool, as_json: bool) -> None:
    """Print what all answers say, what some say, and what only one says.

    By default of all panes of the last session. Statements are aligned by their words, and not
    judged to be true or false.
    """

    async def print_consensus() -> int:
        async with start_server() as client:
            found = await find_panes(client, panes or ("last",))
            params = ConsensusParams(pane_ids=[pane.id for pane in found])
            result = await AnswersClient(client).consensus(params)
            titles = {pane.uri: pane.title for pane in found} if in_place else {result.uri: ""}
            texts = {uri: await client.content(uri) for uri in titles}
        if as_json:
            json_lines.write(result)
        elif in_place:
            from antiphon_terminal.reports import consensus  # noqa: PLC0415 - loads rich

            consensus.show(result, titles, texts)
        else:
            click.echo(clean(texts[result.uri]), nl=False)
        return 0

    run_command(print_consensus())
