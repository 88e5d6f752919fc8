"""`antiphon send`: what was said in one pane, into others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from antiphon.model.commands.transfer import SendToParams, TransferFrom, TransferTo
from antiphon_client.answers import AnswersClient
from antiphon_terminal.asking.server import run, server
from antiphon_terminal.asking.stream import carried_out, mode_of
from antiphon_terminal.options.consent import consent_of, consent_options
from antiphon_terminal.options.context import lines_of
from antiphon_terminal.options.names import find_message, find_panes
from antiphon_terminal.options.params import params_of
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient


@click.command("send")
@click.argument("messages", nargs=-1, required=True, metavar="PANE|MESSAGE-ID...")
@click.option("--to", "panes", multiple=True, metavar="PANE", help="Into this pane. Repeatable.")
@click.option("-m", "--model", "models", multiple=True, metavar="MODEL", help="Into a new pane.")
@click.option(
    "--lines",
    metavar="START-END",
    help="Only these lines of one pane, as `antiphon show URI` has them.",
)
@click.option("--ask", is_flag=True, help="Have the targets answer at once.")
@click.option("--prompt", metavar="TEXT", help="Ask this with it (implies --ask).")
@click.option(
    "--role", type=click.Choice(["preserve", "user"]), default="user", show_default=True,
    help="Keep who said it, or have the user say it.",
)  # fmt: skip
@click.option("--note", metavar="TEXT", help="Kept with where it came from.")
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE", help="As in temperature=0.2")
@consent_options
@click.option("--plain", is_flag=True, help="No live screen: each answer as it completes.")
@click.option("--json", "as_json", is_flag=True, help="One event a line, then the result.")
def command(messages: tuple[str, ...], plain: bool, as_json: bool, **options: Any) -> None:
    """Send answers into other panes, as context or as a question.

    A pane that is named stands for its last answer:

    \b
        antiphon send poet --to terse --prompt "What is wrong with this?"
        antiphon send last/1 last/2 -m demo/coder --ask
        antiphon send poet --lines 5-9 --to terse
    """
    if not options["panes"] and not options["models"]:
        raise click.UsageError("Say where to: --to PANE, or --model MODEL for a new one.")
    options["params"] = params_of(options["params"])
    asks = options.pop("ask") or options["prompt"] is not None

    async def prepare(client: AntiphonClient) -> tuple[SendToParams, int]:
        params = await _params(client, messages, options, asks=asks)
        return params, len(params.to.pane_ids or []) + len(params.to.models or [])

    if asks:
        mode = mode_of(as_json=as_json, plain=plain)
        run(carried_out(prepare, lambda client, params: AnswersClient(client).ask(params), mode))
    run(_put(prepare, as_json=as_json))


async def _put(prepare: Any, *, as_json: bool) -> int:
    async with server() as client:
        params, _ = await prepare(client)
        result = await AnswersClient(client).send(params)
    if as_json:
        json_lines.write(result)
        return 0
    count = len(result.messages) // max(1, len(result.panes))
    what = "1 message" if count == 1 else f"{count} messages"
    for pane in result.panes:
        click.echo(f"{what} to {clean_line(pane.title)}  {pane.id}")
    return 0


async def _params(
    client: AntiphonClient, messages: tuple[str, ...], options: dict[str, Any], *, asks: bool
) -> SendToParams:
    targets = await find_panes(client, options["panes"])
    return SendToParams.model_validate(
        {
            "from": await _from(client, messages, options["lines"]),
            "to": TransferTo(
                pane_ids=[pane.id for pane in targets] or None, models=[*options["models"]] or None
            ),
            "mode": "ask" if asks else "context",
            "prompt": options["prompt"],
            "role": options["role"],
            "note": options["note"],
            "params": options["params"],
            **consent_of(options),
        }
    )


async def _from(client: AntiphonClient, names: tuple[str, ...], lines: str | None) -> TransferFrom:
    if lines is None:
        return TransferFrom(message_ids=[await find_message(client, name) for name in names])
    panes = await find_panes(client, names)
    if len(panes) != 1:
        raise click.UsageError("--lines are those of one pane: name one.")
    return TransferFrom(uri=panes[0].uri, range=lines_of(lines))
