"""Defines `antiphon merge`: merges several answers into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from antiphon.model.commands.transfer import DigestEstimateParams, MergeParams
from antiphon_client.answers import AnswersClient
from antiphon_terminal.asking.digest_cost import announce_digest
from antiphon_terminal.asking.server import run_command
from antiphon_terminal.asking.stream import choose_mode, run_streaming_command
from antiphon_terminal.options import completion
from antiphon_terminal.options.consent import consent_options, read_consent
from antiphon_terminal.options.names import find_panes
from antiphon_terminal.options.params import parse_params

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient


@click.command("merge")
@click.argument(
    "panes", nargs=-1, metavar="[PANE|SESSION]...", shell_complete=completion.complete_panes
)
@click.option(
    "-m",
    "--model",
    metavar="MODEL|@PRESET",
    help="The model that merges. By default one of the settings.",
    shell_complete=completion.complete_models,
)
@click.option("--instructions", metavar="TEXT", help="Further instructions for the model.")
@click.option(
    "--param", "params", multiple=True, metavar="KEY=VALUE", help="For example temperature=0.2."
)
@consent_options
@click.option("--plain", is_flag=True, help="Use no live screen: print the answer as it arrives.")
@click.option("--json", "as_json", is_flag=True, help="Write one event a line, then the result.")
def command(panes: tuple[str, ...], plain: bool, as_json: bool, **options: Any) -> None:
    """Merge the last answers of panes (by default of the last session) into one."""
    params = parse_params(options["params"])

    async def prepare(client: AntiphonClient) -> tuple[MergeParams, int]:
        found = await find_panes(client, panes or ("last",))
        arguments = MergeParams(
            pane_ids=[pane.id for pane in found],
            model=options["model"],
            instructions=options["instructions"],
            params=params,
            **read_consent(options),
        )
        if not as_json:
            await announce_digest(
                client,
                DigestEstimateParams(
                    type="merge",
                    pane_ids=arguments.pane_ids,
                    model=arguments.model,
                    instructions=arguments.instructions,
                    params=params,
                ),
            )
        return arguments, 1

    mode = choose_mode(as_json=as_json, plain=plain)
    run_command(
        run_streaming_command(
            prepare, lambda client, argument: AnswersClient(client).merge(argument), mode
        )
    )
