"""Defines `antiphon send`: sends answers of one pane to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from antiphon.model.commands.transfer import SendToParams, TransferFrom, TransferTo
from antiphon_client.answers import AnswersClient
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.asking.stream import choose_mode, run_streaming_command
from antiphon_terminal.options import completion
from antiphon_terminal.options.consent import consent_options, read_consent
from antiphon_terminal.options.context import parse_line_range
from antiphon_terminal.options.names import find_message, find_panes
from antiphon_terminal.options.params import parse_params
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient


@click.command("send")
@click.argument("messages", nargs=-1, required=True, metavar="PANE|MESSAGE-ID...")
@click.option("--to", "panes", multiple=True, metavar="PANE", help="Send to this pane. Repeatable.")
@click.option(
    "-m",
    "--model",
    "models",
    multiple=True,
    metavar="MODEL|@PRESET",
    help="Send to a new pane of this model. Repeatable.",
    shell_complete=completion.complete_models,
)
@click.option(
    "--lines",
    metavar="START-END",
    help="Only these lines of one pane, as `antiphon show URI` prints them.",
)
@click.option("--ask", is_flag=True, help="Ask the targets to answer at once.")
@click.option("--prompt", metavar="TEXT", help="Send this prompt with it (implies --ask).")
@click.option(
    "--role", type=click.Choice(["preserve", "user"]), default="user", show_default=True,
    help="Keep each message's role, or send it as the user's.",
)  # fmt: skip
@click.option("--note", metavar="TEXT", help="A note that is stored with the source.")
@click.option(
    "--param", "params", multiple=True, metavar="KEY=VALUE", help="For example temperature=0.2."
)
@consent_options
@click.option(
    "--plain", is_flag=True, help="Use no live screen: print each answer when it is complete."
)
@click.option("--json", "as_json", is_flag=True, help="Write one event a line, then the result.")
def command(messages: tuple[str, ...], plain: bool, as_json: bool, **options: Any) -> None:
    """Send answers to other panes, as context or as a prompt.

    A pane means its last answer:

    \b
        antiphon send poet --to terse --prompt "What is wrong with this?"
        antiphon send last/1 last/2 -m demo/coder --ask
        antiphon send poet --lines 5-9 --to terse
    """
    if not options["panes"] and not options["models"]:
        raise click.UsageError(
            "There is no target: use --to PANE, or --model MODEL for a new pane."
        )
    options["params"] = parse_params(options["params"])
    asks = options.pop("ask") or options["prompt"] is not None

    async def prepare(client: AntiphonClient) -> tuple[SendToParams, int]:
        params = await _build_params(client, messages, options, asks=asks)
        return params, len(params.to.pane_ids or []) + len(params.to.models or [])

    if asks:
        mode = choose_mode(as_json=as_json, plain=plain)
        run_command(
            run_streaming_command(
                prepare, lambda client, params: AnswersClient(client).ask(params), mode
            )
        )
    run_command(_send_as_context(prepare, as_json=as_json))


async def _send_as_context(prepare: Any, *, as_json: bool) -> int:
    async with start_server() as client:
        params, _ = await prepare(client)
        result = await AnswersClient(client).send(params)
    if as_json:
        json_lines.write(result)
        return 0
    count = len(result.messages) // max(1, len(result.panes))
    count_text = "1 message" if count == 1 else f"{count} messages"
    for pane in result.panes:
        click.echo(f"{count_text} to {clean_line(pane.title)}  {pane.id}")
    return 0


async def _build_params(
    client: AntiphonClient, messages: tuple[str, ...], options: dict[str, Any], *, asks: bool
) -> SendToParams:
    targets = await find_panes(client, options["panes"])
    return SendToParams.model_validate(
        {
            "from": await _find_source(client, messages, options["lines"]),
            "to": TransferTo(
                pane_ids=[pane.id for pane in targets] or None, models=[*options["models"]] or None
            ),
            "mode": "ask" if asks else "context",
            "prompt": options["prompt"],
            "role": options["role"],
            "note": options["note"],
            "params": options["params"],
            **read_consent(options),
        }
    )


async def _find_source(
    client: AntiphonClient, names: tuple[str, ...], lines: str | None
) -> TransferFrom:
    if lines is None:
        return TransferFrom(message_ids=[await find_message(client, name) for name in names])
    panes = await find_panes(client, names)
    if len(panes) != 1:
        raise click.UsageError("--lines needs exactly one pane: name one.")
    return TransferFrom(uri=panes[0].uri, range=parse_line_range(lines))
