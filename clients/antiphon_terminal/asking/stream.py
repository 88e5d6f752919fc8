"""What streams besides a question: a server for it, the run, and the output that fits the place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import click

from antiphon_terminal.asking.ask import Mode, show
from antiphon_terminal.asking.consent import with_consent
from antiphon_terminal.asking.server import server
from antiphon_terminal.tty.errors import say
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
    """Works the argument out, and how many panes will answer."""


async def carried_out(prepare: Prepare, start: Start, mode: Mode) -> int:
    """Prepares a command that streams, sends it and shows it; the exit code."""
    with anyio.CancelScope() as scope, Interrupts(scope.cancel) as interrupts:
        async with server() as client:
            interrupts.leaving.append(client.kill)
            params, count = await prepare(client)

            async def go(argument: Wire) -> Any:
                async with start(client, argument) as run:
                    with interrupts.aimed_at(run.cancel):
                        await show(client, run, mode, interrupts, single=count == 1)
                        return await run.response()

            result = await with_consent(params, go, may_ask=mode is not Mode.JSON)
        if mode is not Mode.JSON:
            _tell_coverage(result)
        return 0 if result["status"] == "complete" else SOME_FAILED
    say("Stopped before anything was sent.")
    return SOME_FAILED


def mode_of(*, as_json: bool, plain: bool) -> Mode:
    """The mode that the options ask for."""
    if as_json:
        return Mode.JSON
    return Mode.PLAIN if plain else Mode.of_terminal()


def _tell_coverage(result: dict[str, Any]) -> None:
    from antiphon.model.commands.transfer import Coverage  # noqa: PLC0415 - not for every command

    if "coverage" not in result:
        return
    coverage: Coverage = Coverage.model_validate(result["coverage"])
    if not coverage.left_out and not coverage.cut:
        return
    click.echo(f"Used {coverage.used} of {coverage.of} answers.", err=True)
    for each in (*coverage.left_out, *coverage.cut):
        click.echo(f"  {clean_line(each.title)}: {clean_line(each.reason)}", err=True)
