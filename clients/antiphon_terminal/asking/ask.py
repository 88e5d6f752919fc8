"""Runs `antiphon ask`: starts a server, sends the prompt, shows the answers."""

from __future__ import annotations

import os
import sys
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

import anyio

from antiphon_terminal.asking.consent import send_with_consent
from antiphon_terminal.asking.server import start_server
from antiphon_terminal.tty.errors import print_error
from antiphon_terminal.tty.exit_codes import SOME_FAILED
from antiphon_terminal.tty.interrupts import Interrupts

if TYPE_CHECKING:
    from antiphon.model.commands.runs import RunResult
    from antiphon.model.wire import Wire
    from antiphon_client import AntiphonClient, Run
    from antiphon_terminal.asking.question import Request


class Question(Protocol):
    """Something to ask, whose command is known once there is a server."""

    async def build(self, client: AntiphonClient) -> Request:
        """Builds the request, and asks the server what names mean."""
        ...


class Mode(Enum):
    """How a run is shown."""

    LIVE = auto()
    PLAIN = auto()
    JSON = auto()
    ESTIMATE = auto()
    ESTIMATE_JSON = auto()

    @classmethod
    def for_terminal(cls) -> Mode:
        """Returns the live screen if the terminal supports it, otherwise plain text."""
        can_move_cursor = os.environ.get("TERM", "dumb" if os.name == "posix" else "") != "dumb"
        return cls.LIVE if sys.stdout.isatty() and can_move_cursor else cls.PLAIN


async def ask(question: Question, mode: Mode) -> int:
    """Sends the prompt, shows the answers, and returns the exit code."""
    with anyio.CancelScope() as scope, Interrupts(scope.cancel) as interrupts:
        async with start_server() as client:
            interrupts.exit_hooks.append(client.kill)
            request = await question.build(client)
            if mode in {Mode.ESTIMATE, Mode.ESTIMATE_JSON}:
                return await _estimate(client, request, mode)

            async def send(argument: Wire) -> RunResult:
                return await _run(client, request, argument, mode, interrupts)

            result = await send_with_consent(request.params, send, may_ask=mode is not Mode.JSON)
        keeps_rules = request.report is None or request.report(result)
        return 0 if result.status == "complete" and keeps_rules else SOME_FAILED
    print_error("Stopped before anything was sent.")
    return SOME_FAILED


async def _run(
    client: AntiphonClient, request: Request, argument: Wire, mode: Mode, interrupts: Interrupts
) -> RunResult:
    async with client.stream(request.command, argument) as run:
        with interrupts.redirect_to(run.cancel):
            await show(client, run, mode, interrupts, single=request.single)
            return await run.result_as(request.result)


async def show(
    client: AntiphonClient, run: Run, mode: Mode, interrupts: Interrupts, *, single: bool
) -> None:
    """Shows a run to its end.

    `single` means that it has one pane, which needs no screen of columns.
    """
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


async def _estimate(client: AntiphonClient, request: Request, mode: Mode) -> int:
    from antiphon_terminal.output import json_lines  # noqa: PLC0415 - as above
    from antiphon_terminal.reports import estimate  # noqa: PLC0415 - as above

    raw = await client.command(request.estimate_command, request.params.to_wire())
    result = request.estimate_result.model_validate(raw)
    if mode is Mode.ESTIMATE_JSON:
        json_lines.write(result)
    else:
        estimate.show(result)
    return 0
