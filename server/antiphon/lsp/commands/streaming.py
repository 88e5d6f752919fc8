"""Runs commands that stream: their sink, progress, readable context and cancellation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec import Struct

from antiphon.lsp.client.progress_stream import ProgressStream
from antiphon.lsp.client.prompts import confirm_secrets, confirm_sending
from antiphon.lsp.client.work_done import create_work_done
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from decimal import Decimal

    from antiphon.engine.ports import Clock, ContextReader, StreamSink
    from antiphon.engine.ports.clients import Cancellation
    from antiphon.engine.run.broadcast import Broadcaster
    from antiphon.lsp.commands.registry import Command
    from antiphon.lsp.rpc.router import RequestContext
    from antiphon.model.commands.runs import (
        BroadcastParams,
        CancelParams,
        CancelResult,
        EstimateResult,
        ProgressToken,
        RegenerateParams,
        RunResult,
    )

Result = TypeVar("Result")


class StreamingParams(Protocol):
    """The argument of a command that streams."""

    @property
    def stream_token(self) -> ProgressToken | None:
        """The caller's own token for the events."""
        ...

    @property
    def allow_secrets(self) -> bool | None:
        """Whether text that looks like a key may be sent."""
        ...

    @property
    def allow_over_budget(self) -> bool | None:
        """Whether the run may exceed a budget."""
        ...

    @property
    def confirm_above(self) -> str | None:
        """US dollars: the user is asked before what is likely to cost more."""
        ...

    @property
    def open(self) -> bool | None:
        """Whether to show the panes in the client."""
        ...


Params = TypeVar("Params", bound=StreamingParams)


class RequestCaller(Struct, frozen=True):
    """The `Caller` of one request."""

    sink: StreamSink
    read_context: Callable[[], ContextReader]
    cancellation: Cancellation
    request: RequestContext
    allows_secrets: bool = False
    allows_over_budget: bool = False
    confirm_above: Decimal | None = None
    session_limit: Decimal | None = None

    async def may_spend(self, question: str) -> bool:
        """Asks the user through the client, and returns the answer."""
        return await confirm_sending(self.request, question)

    @property
    def context(self) -> ContextReader:
        """What the client lets the server read, as it is now."""
        return self.read_context()

    async def may_send(self, warnings: Sequence[str]) -> bool:
        """Returns whether the command allows it, and asks the user otherwise."""
        asks = self.confirm_above is not None
        return self.allows_secrets or await confirm_secrets(self.request, warnings, asks=asks)


class StreamingCommands:
    """Provides commands with what the engine needs from their caller."""

    def __init__(
        self, reader: Callable[[], ContextReader], clock: Clock, show: Callable[[str], None]
    ) -> None:
        """Creates the commands.

        `reader` makes a reader for one request; `show` shows a pane in the client.
        """
        self._reader = reader
        self._clock = clock
        self.show = show

    async def run(
        self,
        run: Callable[[Params, RequestCaller], Awaitable[Result]],
        params: Params,
        context: RequestContext,
        *,
        background: bool | None = None,
    ) -> Result:
        """Runs a command that streams, and shows its progress.

        With `background` the client gets its answer when the run begins.
        """
        work_done_token = context.work_done_token
        if work_done_token is None and params.stream_token is None:
            work_done_token = await create_work_done(context)
        stream = ProgressStream(
            context.connection,
            self._clock,
            stream_token=params.stream_token,
            work_done_token=work_done_token,
            show=self.show if params.open else None,
            began=context.answer_early if background else None,
        )
        try:
            return await run(params, self._caller(stream, context, params))
        finally:
            stream.close()

    def silent(self, context: RequestContext) -> RequestCaller:
        """Returns the caller of a command that shows nothing while it works."""
        return self._caller(_NoStream(), context)

    def _caller(
        self, sink: StreamSink, context: RequestContext, params: StreamingParams | None = None
    ) -> RequestCaller:
        return RequestCaller(
            sink,
            self._reader,
            context.cancellation,
            context,
            allows_secrets=bool(params and params.allow_secrets),
            allows_over_budget=bool(params and params.allow_over_budget),
            confirm_above=_to_amount(params.confirm_above if params else None),
        )


def _to_amount(confirm_above: str | None) -> Decimal | None:
    if confirm_above is None:
        return None
    from decimal import Decimal, InvalidOperation  # noqa: PLC0415 - few commands need it

    try:
        amount = Decimal(confirm_above)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        hint = 'Write US dollars as a decimal string: "0.10".'
        raise error("invalid_params", "This is not an amount.", hint=hint, field="$.confirmAbove")
    return amount


class _NoStream:
    """The sink of a request that shows nothing."""

    async def room(self) -> None:
        """Returns at once, as nothing is sent."""

    def send(self, events: object) -> None:
        """Shows nothing."""

    def show_step(self, event: object) -> None:
        """Shows nothing."""


def run_commands(runner: StreamingCommands, broadcaster: Broadcaster) -> Mapping[str, Command]:
    """Returns the handlers by command name."""

    async def estimate(params: BroadcastParams, context: RequestContext) -> EstimateResult:
        return await broadcaster.estimate(params, runner.silent(context))

    async def broadcast(params: BroadcastParams, context: RequestContext) -> RunResult:
        return await runner.run(
            broadcaster.broadcast, params, context, background=params.background
        )

    async def regenerate(params: RegenerateParams, context: RequestContext) -> RunResult:
        return await runner.run(
            broadcaster.regenerate, params, context, background=params.background
        )

    async def cancel(params: CancelParams, _: RequestContext) -> CancelResult:
        return broadcaster.cancel(params)

    return {
        "antiphon.estimate": estimate,
        "antiphon.broadcast": broadcast,
        "antiphon.regenerate": regenerate,
        "antiphon.cancel": cancel,
    }
