"""`antiphon merge`: one answer, made of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from antiphon.model.commands.transfer import MergeParams
from antiphon_client.answers import AnswersClient
from antiphon_terminal.asking.server import run
from antiphon_terminal.asking.stream import carried_out, mode_of
from antiphon_terminal.options import completion
from antiphon_terminal.options.consent import consent_of, consent_options
from antiphon_terminal.options.names import find_panes
from antiphon_terminal.options.params import params_of

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient


@click.command("merge")
@click.argument("panes", nargs=-1, metavar="[PANE|SESSION]...", shell_complete=completion.panes)
@click.option(
    "-m",
    "--model",
    metavar="MODEL",
    help="Who merges; else a model of the settings.",
    shell_complete=completion.models,
)
@click.option("--instructions", metavar="TEXT", help="What else to heed.")
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE", help="As in temperature=0.2")
@consent_options
@click.option("--plain", is_flag=True, help="No live screen: the answer as it comes.")
@click.option("--json", "as_json", is_flag=True, help="One event a line, then the result.")
def command(panes: tuple[str, ...], plain: bool, as_json: bool, **options: Any) -> None:
    """Make one answer of the last answers of panes; without names, of the last session's."""
    params = params_of(options["params"])

    async def prepare(client: AntiphonClient) -> tuple[MergeParams, int]:
        found = await find_panes(client, panes or ("last",))
        arguments = MergeParams(
            pane_ids=[pane.id for pane in found],
            model=options["model"],
            instructions=options["instructions"],
            params=params,
            **consent_of(options),
        )
        return arguments, 1

    mode = mode_of(as_json=as_json, plain=plain)
    run(carried_out(prepare, lambda client, argument: AnswersClient(client).merge(argument), mode))
