"""Leads one pane to its answer: waits for a slot, asks, watches, retries."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Final

import anyio
from msgspec import Struct, field
from msgspec.structs import replace

from antiphon.engine.pane.answer_meter import milliseconds
from antiphon.engine.pane.events import retry_event, wait_event
from antiphon.engine.ports import Attempt
from antiphon.engine.ports.deltas import (
    ANSWER_LIMIT,
    AnsweredBy,
    Connected,
    Finished,
    Note,
    ProviderError,
    RateLimitRemaining,
    Reasoning,
    Resent,
    Text,
    UsageReport,
)
from antiphon.engine.ports.observer import Observer, Observers, RunObserver
from antiphon.engine.redaction import Redactor
from antiphon.engine.request.attempt_report import AttemptReport
from antiphon.engine.request.empty_answer import note_on_empty_answer
from antiphon.engine.request.retry import (
    RetryLimits,
    RetryLoop,
    backoff_for_siblings,
    is_token_limit,
    with_time_to_wait,
)
from antiphon.engine.request.timeouts import AttemptTimer, TimeLimits
from antiphon.engine.request.unsupported_params import drop_unsupported_params
from antiphon.model.failure import Failure

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from antiphon.engine.pane.live_pane import LivePane
    from antiphon.engine.ports import Clock, Provider, Providers
    from antiphon.engine.ports.deltas import Delta
    from antiphon.engine.request.timeouts import TimeLimits
    from antiphon.engine.scheduling.backoff import Wait
    from antiphon.engine.scheduling.schedule import RequestScheduler, RequestSlot
    from antiphon.engine.scheduling.time_slices import TimeSlices

MOST_BYTES: Final = 16 * 1024 * 1024
"""The longest answer, unless the settings say otherwise."""


class AttemptServices(Struct, frozen=True):
    """What all panes of all runs share."""

    providers: Providers
    clock: Clock
    turns: TimeSlices
    time_limits: TimeLimits
    retry_limits: RetryLimits
    redactor: Redactor = field(default_factory=Redactor)
    max_answer_bytes: int = MOST_BYTES
    observer: Observer = Observers()


class AnswerRequest:
    """Asks one model for one answer and feeds the live pane with the deltas.

    `arrived` is called after each delta; it returns an event to wait for if too much waits for
    the client. `observer` learns of each request.
    """

    def __init__(
        self,
        live: LivePane,
        services: AttemptServices,
        schedule: RequestScheduler,
        *,
        arrived: Callable[[], asyncio.Event | None],
        observer: RunObserver,
    ) -> None:
        self._live = live
        self._report = AttemptReport(live, observer, services.redactor.clean)
        self._services = services
        self._providers = services.providers
        self._clock = services.clock
        self._schedule = schedule
        self._arrived = arrived
        self._finished: Finished | None = None
        self._is_late = False
        """Whether text or reasoning came after a finish reason."""
        self._requests = 0
        self._limit = AnswerLimit(services.max_answer_bytes)
        self._retrying = RetryLoop(
            services.retry_limits, self._announce, schedule.sleep, services.clock
        )

    async def run(self) -> None:
        """Runs until the answer's end is in the live pane, and raises only for bugs."""
        try:
            await self._retrying.run(self._attempt)
        except ProviderError as problem:
            await self._fail(problem.failure)
        self._arrived()

    async def _attempt(self) -> None:
        model = self._live.plan.pane.model
        slots = self._schedule.request_slot(model, self._live.watch, self._tell, self._queue)
        async with slots as slot:
            provider = self._providers.provider(self._live.plan.provider)
            self._retrying.sent()
            try:
                finished = await self._read(provider, slot)
            except ProviderError as problem:
                self._report.failed(problem.failure, self._limit.taken_bytes)
                self._attempted(problem.failure.kind)
                self._providers.report(model, problem, key=slot.key)
                self._spare_siblings(problem, slot)
                raise
            except anyio.get_cancelled_exc_class():
                why = "budget" if self._live.out_of_budget else "cancelled"
                self._report.stopped(why, self._limit.taken_bytes)
                self._attempted(why)
                raise
            self._attempted(None)
            self._providers.report(model, None, key=slot.key)
            if note := note_on_empty_answer(finished.reason, self._live):
                self._live.notes.append(note)
            self._live.end(finished.outcome, reason=finished.reason, failure=None)
            self._report.answered(finished, self._limit.taken_bytes)

    def _attempted(self, failure_kind: str | None) -> None:
        self._requests += 1
        self._live.attempted(Attempt(self._live.plan.answer.id, self._requests, failure_kind))

    def _spare_siblings(self, problem: ProviderError, slot: RequestSlot) -> None:
        wait = backoff_for_siblings(problem, self._retrying.attempts, self._services.retry_limits)
        if wait is not None:
            slot.back_off(wait, problem.failure, narrow=is_token_limit(problem))

    async def _read(self, provider: Provider, slot: RequestSlot) -> Finished:
        plan = self._live.plan
        self._finished = None
        self._is_late = False
        self._live.begin_attempt()
        card = self._providers.model_info(plan.pane.model)
        request, notes = drop_unsupported_params(plan.request, card)
        self._live.notes.extend(notes)
        self._report.sent(request)
        limits = self._services.time_limits.of_model(card)
        with (
            anyio.CancelScope() as scope,
            AttemptTimer(limits, self._clock, scope.cancel) as watchdog,
        ):
            try:
                async with aclosing(provider.stream(request)) as stream:
                    async for delta in stream:
                        await self._take(delta, watchdog, slot)
                        if self._limit.passed:
                            self._live.notes.append(self._limit.note)
                            self._finished = self._limit.end()
                            break
            except ProviderError:
                if not self._is_over:
                    raise
        if self._finished is not None and (watchdog.expired is None or self._is_over):
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

    @property
    def _is_over(self) -> bool:
        """Whether an error takes nothing from the answer, whose end was in order."""
        finished = self._finished
        if finished is None or self._is_late:
            return False
        return self._live.length > 0 or finished.outcome != "complete"

    async def _take(self, delta: Delta, watchdog: AttemptTimer, slot: RequestSlot) -> None:
        now = self._clock()
        match delta:
            case Text(text):
                self._live.text(self._limit.take(text), now)
            case Reasoning(text):
                self._live.reasoning(text)
            case _:
                self._learn(delta, slot)
                return
        self._is_late = self._is_late or self._finished is not None
        watchdog.fed = now
        self._retrying.has_text = True
        room = self._arrived()
        if room is not None:
            watchdog.pause()
            await room.wait()
            watchdog.resume()
        else:
            await self._services.turns.yield_if_due()

    def _learn(
        self,
        delta: UsageReport | Finished | Note | Connected | RateLimitRemaining | Resent | AnsweredBy,
        slot: RequestSlot,
    ) -> None:
        """Handles the deltas that are not text."""
        match delta:
            case UsageReport(usage):
                self._live.usage_meter.report(usage)
            case Finished(reason):
                self._finished = replace(delta, reason=self._services.redactor.clean(reason))
            case Note(note):
                self._live.notes.append(self._services.redactor.clean(note))
            case Connected():
                self._retrying.connected = True
                self._live.usage_meter.accepted = True
                slot.accepted()
            case RateLimitRemaining():
                slot.record_remaining(delta)
            case Resent():
                self._attempted("bad_request")
            case AnsweredBy(model):
                self._live.answered_by = self._services.redactor.clean(model)

    def _tell(self, pause: Wait) -> None:
        self._announce(self._retrying.attempts, pause.seconds, pause.reason)

    def _queue(self, running: int, ahead: int) -> None:
        self._live.announce(wait_event(self._live.plan.answer, running, ahead))
        self._arrived()

    def _announce(self, attempt: int, delay_s: float, failure: Failure) -> None:
        answer, cleaned = self._live.plan.answer, self._clean(failure)
        self._live.announce(retry_event(answer, attempt, milliseconds(delay_s), cleaned))
        self._arrived()

    async def _fail(self, failure: Failure) -> None:
        if failure.kind == "model_not_found":
            failure = await self._with_nearest_names(failure)
        failure = self._clean(with_time_to_wait(failure))
        status = "interrupted" if self._live.length else "failed"
        self._live.end(status, reason=None, failure=failure)

    def _clean(self, failure: Failure) -> Failure:
        return self._services.redactor.clean_failure(failure)

    async def _with_nearest_names(self, failure: Failure) -> Failure:
        names = await self._providers.siblings(self._live.plan.pane.model)
        hint = {"hint": f"Did you mean {' or '.join(names)}?"}
        return failure.model_copy(update=hint) if names else failure


class AnswerLimit:
    """Counts one answer's bytes of UTF-8, and cuts it after `max_bytes`.

    A model that never stops would fill the disk, and would be paid for.
    """

    def __init__(self, max_bytes: int = MOST_BYTES) -> None:
        self._max_bytes = max_bytes
        self._remaining = max_bytes

    @property
    def passed(self) -> bool:
        """Whether the answer was longer. Then no more text may be added."""
        return self._remaining < 0

    @property
    def taken_bytes(self) -> int:
        """The number of bytes so far."""
        return self._max_bytes - max(0, self._remaining)

    @property
    def note(self) -> str:
        """The note below an answer that was cut."""
        size = self._max_bytes / (1024 * 1024)
        size_text = f"{size:g} MiB" if size >= 1 else f"{self._max_bytes:,} bytes"
        return f"the answer was cut after {size_text}, the limit in limits.maxAnswerBytes"

    def take(self, text: str) -> str:
        """Returns as much of `text` as the limit allows, in whole characters."""
        data = text.encode("utf-8", "replace")
        remaining, self._remaining = self._remaining, self._remaining - len(data)
        return text if remaining >= len(data) else data[: max(remaining, 0)].decode(errors="ignore")

    def end(self) -> Finished:
        """Returns how an answer that was cut ends."""
        return Finished(ANSWER_LIMIT, "truncated")
