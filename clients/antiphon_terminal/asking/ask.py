"""A question's way: a server for it, the run, and the output that fits the place."""

from __future__ import annotations

import os
import sys
from enum import Enum, auto
from typing import TYPE_CHECKING

import anyio

from antiphon_terminal.asking.consent import with_consent
from antiphon_terminal.asking.server import server
from antiphon_terminal.tty.errors import say
from antiphon_terminal.tty.exit_codes import SOME_FAILED
from antiphon_terminal.tty.interrupts import Interrupts

if TYPE_CHECKING:
    from antiphon.model.commands.runs import BroadcastParams, RunResult
    from antiphon_client import AntiphonClient, Run
    from antiphon_terminal.asking.question import Question


class Mode(Enum):
    """How a run is shown."""

    LIVE = auto()
    PLAIN = auto()
    JSON = auto()
    ESTIMATE = auto()
    ESTIMATE_JSON = auto()

    @classmethod
    def of_terminal(cls) -> Mode:
        """The live screen on a terminal that can have one, else plain text."""
        capable = os.environ.get("TERM", "dumb" if os.name == "posix" else "") != "dumb"
        return cls.LIVE if sys.stdout.isatty() and capable else cls.PLAIN


async def ask(question: Question, mode: Mode) -> int:
    """Asks, shows, and gives the exit code."""
    with anyio.CancelScope() as scope, Interrupts(scope.cancel) as interrupts:
        async with server() as client:
            interrupts.leaving.append(client.kill)
            params = await question.broadcast(client)
            if mode in {Mode.ESTIMATE, Mode.ESTIMATE_JSON}:
                return await _estimate(client, params, mode)

            async def go(argument: BroadcastParams) -> RunResult:
                return await _run(client, argument, mode, interrupts)

            result = await with_consent(params, go, may_ask=mode is not Mode.JSON)
        return 0 if result.status == "complete" else SOME_FAILED
    say("Stopped before anything was sent.")
    return SOME_FAILED


async def _run(
    client: AntiphonClient, params: BroadcastParams, mode: Mode, interrupts: Interrupts
) -> RunResult:
    async with client.broadcast(params) as run:
        single = len(params.models or []) + len(params.pane_ids or []) == 1
        with interrupts.aimed_at(run.cancel):
            await show(client, run, mode, interrupts, single=single)
            return await run.result()


async def show(
    client: AntiphonClient, run: Run, mode: Mode, interrupts: Interrupts, *, single: bool
) -> None:
    """Shows a run to its end; `single`: it has one pane."""
    if mode is Mode.JSON:
        from antiphon_terminal.output import json_lines  # noqa: PLC0415 - each mode loads only its own

        await json_lines.show(run)
        return
    if mode is Mode.LIVE and single:
        from antiphon_terminal.output import single_pane  # noqa: PLC0415 - each mode loads only its own

        await single_pane.show(run, interrupts)
    elif mode is Mode.LIVE:
        from antiphon_client.answers import AnswersClient  # noqa: PLC0415 - as above
        from antiphon_terminal.output import live  # noqa: PLC0415 - rich takes a tenth of a second

        await live.show(run, interrupts, AnswersClient(client).compare)
    else:
        from antiphon_terminal.output import plain  # noqa: PLC0415 - each mode loads only its own

        await plain.show(run, single=single)


async def _estimate(client: AntiphonClient, params: BroadcastParams, mode: Mode) -> int:
    from antiphon_terminal.output import json_lines  # noqa: PLC0415 - as above
    from antiphon_terminal.reports import estimate  # noqa: PLC0415 - as above

    result = await client.estimate(params)
    if mode is Mode.ESTIMATE_JSON:
        json_lines.write(result)
    else:
        estimate.show(result)
    return 0
