"""Defines `antiphon compare`: compares two answers, or an answer and a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from antiphon.model.commands.comparison import CompareParams, CompareSide
from antiphon_client.answers import AnswersClient
from antiphon_terminal.asking.ask import Mode
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.options import completion
from antiphon_terminal.options.context import parse_context_item
from antiphon_terminal.options.names import find_answer
from antiphon_terminal.output import json_lines

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from antiphon.model.commands.comparison import CompareResult
    from antiphon_client import AntiphonClient

_SIDE = "PANE|MESSAGE-ID|FILE[:START-END]"


@click.command("compare")
@click.argument("left", metavar=_SIDE, shell_complete=completion.complete_panes)
@click.argument("right", metavar=_SIDE, shell_complete=completion.complete_panes)
@click.option(
    "--granularity", type=click.Choice(["word", "line", "char"]), default="word", show_default=True
)
@click.option(
    "-U", "--context", type=click.IntRange(0), default=3, show_default=True,
    help="Equal lines around each difference.",
)  # fmt: skip
@click.option("--plain", is_flag=True, help="Use one column and no colours.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(  # noqa: PLR0917 - click calls it by names
    left: str,
    right: str,
    granularity: Literal["word", "line", "char"],
    context: int,
    plain: bool,
    as_json: bool,
) -> None:
    """Compare two answers, or an answer and a file.

    A pane is a title, a model or a number in the last session, or `SESSION/PANE`:

    \b
        antiphon compare terse poet
        antiphon compare last/1 src/app.py:10-40

    Answers that still stream are shown as they arrive, until both have ended. Ctrl-C stops this.
    """

    files = [_parse_file(left), _parse_file(right)]

    async def compare_sides() -> int:
        async with start_server() as client:
            names = zip(files, (left, right), strict=True)
            sides = [file or await _find_side(client, name) for file, name in names]
            params = CompareParams(left=sides[0], right=sides[1], granularity=granularity)
            compare = partial(AnswersClient(client).compare, params)
            result = await compare()
            if not (as_json or plain) and Mode.for_terminal() is Mode.LIVE:
                result = await _watch(result, compare)
        if as_json:
            json_lines.write(result)
        else:
            from antiphon_terminal.reports import comparison  # noqa: PLC0415 - loads rich

            comparison.show(result, context=context, plain=plain)
        return 0

    run_command(compare_sides())


async def _watch(
    result: CompareResult, again: Callable[[], Awaitable[CompareResult]]
) -> CompareResult:
    from antiphon_terminal.screen import comparison_watch  # noqa: PLC0415 - loads rich

    return await comparison_watch.watch(result, again)


def _parse_file(name: str) -> CompareSide | None:
    if not Path(name).is_file() and not Path(name.rpartition(":")[0]).is_file():
        return None
    item = parse_context_item(name, _SIDE)
    return CompareSide(uri=item.uri, range=item.range)


async def _find_side(client: AntiphonClient, name: str) -> CompareSide:
    found = await find_answer(client, name)
    return CompareSide(pane_id=found.pane_id, message_id=found.message_id)
