"""One pane's way to its answer: wait for a place, ask, watch, ask again where that may help."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio

from antiphon.engine.deltas import (
    Connected,
    Finished,
    Noted,
    ProviderError,
    Reasoning,
    Reported,
    Text,
)
from antiphon.engine.ports import Attempt
from antiphon.engine.retry import Retrying, RetryLimits
from antiphon.engine.watchdog import TimeLimits, Watchdog
from antiphon.model.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from antiphon.engine.coalesce import Turns
    from antiphon.engine.deltas import Delta
    from antiphon.engine.live import LivePane
    from antiphon.engine.ports import Clock, Providers


@dataclass(frozen=True, slots=True)
class Means:
    """What all panes of all runs share."""

    providers: Providers
    clock: Clock
    turns: Turns
    time_limits: TimeLimits
    retry_limits: RetryLimits


class Asking:
    """Asks one model for one answer and feeds the live pane with what comes.

    `changed` is called after everything that came; `room` gives something to wait for where the
    client has more than enough to read.
    """

    def __init__(
        self,
        live: LivePane,
        means: Means,
        limiter: anyio.CapacityLimiter,
        *,
        changed: Callable[[], None],
        room: Callable[[], Awaitable[object] | None],
    ) -> None:
        self._live = live
        self._means = means
        self._providers = means.providers
        self._clock = means.clock
        self._limiter = limiter
        self._changed = changed
        self._room = room
        self._finished: Finished | None = None
        self._retrying = Retrying(means.retry_limits, self._announce, anyio.sleep)

    async def run(self) -> None:
        """Runs to the answer's end, which is then in the live pane. Raises only for bugs."""
        try:
            await self._retrying.run(self._attempt)
        except ProviderError as problem:
            await self._fail(problem.failure)
        self._changed()

    async def _attempt(self) -> None:
        model = self._live.plan.pane.model
        arrived_at = self._clock()
        async with self._limiter:
            self._live.watch.queued_s += self._clock() - arrived_at
            refused = self._providers.cooldown(model)
            if refused is not None:
                raise refused
            try:
                finished = await self._read()
            except ProviderError as problem:
                self._providers.report(model, problem)
                self._attempted(problem.failure.kind)
                raise
            except anyio.get_cancelled_exc_class():
                self._attempted("cancelled")
                raise
            self._providers.report(model, None)
            self._attempted(None)
            self._live.end(finished.outcome, reason=finished.reason, failure=None)

    def _attempted(self, failure_kind: str | None) -> None:
        answer = self._live.plan.answer
        self._live.attempted(Attempt(answer.id, self._retrying.attempts, failure_kind))

    async def _read(self) -> Finished:
        plan = self._live.plan
        await self._providers.prepare(plan.provider)
        provider = self._providers.provider(plan.provider)
        self._finished = None
        self._live.begin_attempt()
        with (
            anyio.CancelScope() as scope,
            Watchdog(self._means.time_limits, self._clock, scope.cancel) as watchdog,
        ):
            try:
                async with aclosing(provider.stream(plan.request)) as stream:
                    async for delta in stream:
                        await self._take(delta, watchdog)
            except ProviderError:
                # What goes wrong after the provider's last word takes nothing from the answer.
                if self._finished is None:
                    raise
        if self._finished is not None:
            return self._finished
        if watchdog.expired is not None:
            raise ProviderError(Failure.of(watchdog.expired, provider=plan.provider))
        raise ProviderError(
            Failure.of(
                "malformed_stream",
                "The stream ended without the provider saying that the answer is over.",
                provider=plan.provider,
            )
        )

    async def _take(self, delta: Delta, watchdog: Watchdog) -> None:
        match delta:
            case Text(text):
                watchdog.feed()
                self._retrying.has_text = True
                self._live.text(text)
                self._changed()
                waiting = self._room()
                if waiting is not None:
                    watchdog.pause()
                    await waiting
                    watchdog.resume()
                else:
                    await self._means.turns.give_way()
            case Reasoning(text):
                watchdog.feed()
                self._retrying.has_text = True
                self._live.reasoning(text)
            case Reported(usage):
                self._live.reported = usage
            case Finished():
                self._finished = delta
            case Noted(note):
                self._live.notes.append(note)
            case Connected():
                self._retrying.connected = True

    def _announce(self, attempt: int, delay_s: float, problem: ProviderError) -> None:
        self._live.retry(attempt, delay_s, problem.failure)
        self._changed()

    async def _fail(self, failure: Failure) -> None:
        if failure.kind == "model_not_found":
            failure = await self._with_nearest_names(failure)
        if self._live.length:
            self._live.end("interrupted", reason=None, failure=failure)
        else:
            self._live.end("failed", reason=None, failure=failure)

    async def _with_nearest_names(self, failure: Failure) -> Failure:
        names = await self._providers.siblings(self._live.plan.pane.model)
        if not names:
            return failure
        return failure.model_copy(update={"hint": f"Did you mean {' or '.join(names)}?"})
