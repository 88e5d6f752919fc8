"""`antiphon consensus`: what several answers say."""

from __future__ import annotations

import click

from antiphon.model.comparison import ConsensusParams
from antiphon_client.answers import AnswersClient
from antiphon_terminal import json_lines
from antiphon_terminal.naming import find_panes
from antiphon_terminal.sanitize import clean
from antiphon_terminal.server import run, server


@click.command("consensus")
@click.argument("panes", nargs=-1, metavar="[PANE|SESSION]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(panes: tuple[str, ...], as_json: bool) -> None:
    """Print what all answers say, what some say, and what one alone says.

    Without names: all panes of the last session. Statements are aligned by their words; which of
    them are true is not judged.
    """

    async def work() -> int:
        async with server() as client:
            found = await find_panes(client, panes or ("last",))
            params = ConsensusParams(pane_ids=[pane.id for pane in found])
            result = await AnswersClient(client).consensus(params)
            text = await client.content(result.uri)
        if as_json:
            json_lines.write(result)
        else:
            click.echo(clean(text), nl=False)
        return 0

    run(work())
