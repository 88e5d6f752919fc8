"""`antiphon summarize`: the answers of several panes, summed up in a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from antiphon.model.commands.transfer import SummarizeParams
from antiphon_client.answers import AnswersClient
from antiphon_terminal.asking.server import run
from antiphon_terminal.asking.stream import carried_out, mode_of
from antiphon_terminal.options import completion
from antiphon_terminal.options.consent import consent_of, consent_options
from antiphon_terminal.options.names import find_panes
from antiphon_terminal.options.params import params_of

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient

_FORMATS = click.Choice(["executive", "technical", "bullets"])


@click.command("summarize")
@click.argument("panes", nargs=-1, metavar="[PANE|SESSION]...", shell_complete=completion.panes)
@click.option("--format", "form", type=_FORMATS, default="bullets", show_default=True)
@click.option("--separately", is_flag=True, help="One summary of each pane.")
@click.option(
    "-m",
    "--model",
    metavar="MODEL",
    help="Who sums up; else a model of the settings.",
    shell_complete=completion.models,
)
@click.option("--instructions", metavar="TEXT", help="What else to heed.")
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE", help="As in temperature=0.2")
@consent_options
@click.option("--plain", is_flag=True, help="No live screen: each answer as it completes.")
@click.option("--json", "as_json", is_flag=True, help="One event a line, then the result.")
def command(panes: tuple[str, ...], plain: bool, as_json: bool, **options: Any) -> None:
    """Sum up the last answers of panes; without names, of all panes of the last session."""
    params = params_of(options["params"])

    async def prepare(client: AntiphonClient) -> tuple[SummarizeParams, int]:
        found = await find_panes(client, panes or ("last",))
        separately = options["separately"]
        arguments = SummarizeParams(
            pane_ids=[pane.id for pane in found],
            format=options["form"],
            combine=not separately,
            model=options["model"],
            instructions=options["instructions"],
            params=params,
            **consent_of(options),
        )
        return arguments, len(found) if separately else 1

    mode = mode_of(as_json=as_json, plain=plain)
    run(
        carried_out(
            prepare, lambda client, argument: AnswersClient(client).summarize(argument), mode
        )
    )
