"""Runs the streaming commands other than `ask`, and shows their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import click

from antiphon_terminal.asking.ask import Mode, show
from antiphon_terminal.asking.consent import send_with_consent
from antiphon_terminal.asking.server import start_server
from antiphon_terminal.tty.errors import print_error
from antiphon_terminal.tty.exit_codes import SOME_FAILED
from antiphon_terminal.tty.interrupts import Interrupts
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from antiphon.model.commands.transfer import Coverage
    from antiphon.model.wire import Wire
    from antiphon_client import AntiphonClient, Run

    Start = Callable[[AntiphonClient, Any], Run]
    """Sends a command with its argument."""
    Prepare = Callable[[AntiphonClient], Awaitable[tuple[Any, int]]]
    """Builds the argument, and counts the panes that will answer."""


async def run_streaming_command(prepare: Prepare, start: Start, mode: Mode) -> int:
    """Prepares, sends and shows a streaming command, and returns the exit code."""
    with anyio.CancelScope() as scope, Interrupts(scope.cancel) as interrupts:
        async with start_server() as client:
            interrupts.exit_hooks.append(client.kill)
            params, count = await prepare(client)

            async def send(argument: Wire) -> Any:
                async with start(client, argument) as run:
                    with interrupts.redirect_to(run.cancel):
                        await show(client, run, mode, interrupts, single=count == 1)
                        return await run.response()

            result = await send_with_consent(params, send, may_ask=mode is not Mode.JSON)
        if mode is not Mode.JSON:
            _print_coverage(result)
        return 0 if result["status"] == "complete" else SOME_FAILED
    print_error("Stopped before anything was sent.")
    return SOME_FAILED


def choose_mode(*, as_json: bool, plain: bool) -> Mode:
    """Returns the mode that the options ask for."""
    if as_json:
        return Mode.JSON
    return Mode.PLAIN if plain else Mode.for_terminal()


def _print_coverage(result: dict[str, Any]) -> None:
    from antiphon.model.commands.transfer import Coverage  # noqa: PLC0415 - not for every command

    if "coverage" not in result:
        return
    coverage: Coverage = Coverage.model_validate(result["coverage"])
    if not coverage.left_out and not coverage.cut:
        return
    click.echo(f"Used {coverage.used} of {coverage.of} answers.", err=True)
    for each in (*coverage.left_out, *coverage.cut):
        click.echo(f"  {clean_line(each.title)}: {clean_line(each.reason)}", err=True)
