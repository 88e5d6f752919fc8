"""Runs one prompt in its panes, and stores answers before they are shown.

Three kinds of task are in one task group: one that asks, for each pane, which reads its model; one
that stores what has arrived about once a frame, in one transaction for all panes; and one that
shows what is stored whenever the client has room. Only the showing task waits for the client, so
answers are stored while an editor is busy; when too much waits, reading from providers stops.
"""

from __future__ import annotations

import asyncio
import logging
from functools import cached_property, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Literal

import anyio

from antiphon.engine.log_context import log_context
from antiphon.engine.request.attempt import AnswerRequest
from antiphon.engine.run.ends_log import log_end, log_summary
from antiphon.engine.run.write_queue import frame_interval
from antiphon.model.commands.runs import PaneResult, RunResult
from antiphon.model.conversation.events import TokenEvent
from antiphon.model.failure import Failure
from antiphon.model.values.usage import Cost, Latency, Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.budget.budgets import RunBudget
    from antiphon.engine.pane.live_pane import LivePane
    from antiphon.engine.planning.plan import RunPlan
    from antiphon.engine.ports import Record, StreamSink
    from antiphon.engine.ports.observer import RunObserver
    from antiphon.engine.request.attempt import AttemptServices
    from antiphon.engine.run.write_queue import WriteQueue
    from antiphon.engine.scheduling.schedule import RequestScheduler
    from antiphon.model.conversation.events import PaneEvent


_MOST_WAITING: Final = 4 * 1024 * 1024
_LONGEST_BATCH: Final = 65_536
_is_done: Final[Callable[[LivePane], bool]] = attrgetter("done")


class Run:
    """A run from its stored plan to its summary."""

    def __init__(
        self,
        plan: RunPlan,
        panes: Sequence[LivePane],
        services: AttemptServices,
        write_queue: WriteQueue,
        sink: StreamSink,
        *,
        budget: RunBudget,
        frame_s: float,
    ) -> None:
        self.plan = plan
        self.panes = panes
        self._services = services
        self._write_queue = write_queue
        self._sink = sink
        self.budget = budget
        self.listener: Callable[[Sequence[PaneEvent]], None] | None = None
        """Gets every batch of events when it has been shown."""
        self._frame_s = frame_s
        self._scopes = {live.plan.pane.id: anyio.CancelScope() for live in panes}
        self._next_pane = -1
        self._arrived = asyncio.Event()
        self._urgent = asyncio.Event()
        self._stored = asyncio.Event()
        self._room = asyncio.Event()

    @cached_property
    def _observer(self) -> RunObserver:
        """Observes the run from its first request on, which is after the first event."""
        plan = self.plan
        observer = self._services.observer
        return observer.run_began(plan.run_id, plan.session.id, len(self.panes))

    def cancel(self, pane_id: str | None = None) -> int:
        """Stops all panes, or one, and returns how many were running."""
        chosen = [
            live
            for live in self.panes
            if live.result is None
            and pane_id in {None, live.plan.pane.id}
            and not self._scopes[live.plan.pane.id].cancel_called
        ]
        for live in chosen:
            self._scopes[live.plan.pane.id].cancel()
        return len(chosen)

    async def run(self, schedule: RequestScheduler) -> RunResult:
        """Runs every pane to its end and returns when all has been stored and shown.

        A cancelled call (the server is going down) leaves every answer `interrupted`, stored.
        """
        with log_context(session=self.plan.session.id, run=self.plan.run_id):
            _log_begin(self.plan)
            try:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._show)
                    tasks.start_soon(self._store_arrivals)
                    for live in self.panes:
                        tasks.start_soon(self._ask, live, schedule)
            except BaseException:
                await self._interrupt()
                self._observer.ended("interrupted")
                raise
            await self._interrupt()
            log_summary(self.summary(), self.panes)
            self._observer.ended(self.summary().status)
        await self.budget.check_thresholds()
        return self.summary()

    def summary(self) -> RunResult:
        """Returns how every pane ended."""
        results = [_pane_result(live) for live in self.panes]
        return RunResult(
            session_id=self.plan.session.id,
            run_id=self.plan.run_id,
            status=_overall(results),
            panes=[live.pane for live in self.panes],
            results=results,
            budget_warnings=[*self.budget.warnings] or None,
        )

    async def _ask(self, live: LivePane, schedule: RequestScheduler) -> None:
        arrived = partial(self._note_arrival, live)
        asking = AnswerRequest(
            live, self._services, schedule, arrived=arrived, observer=self._observer
        )
        with log_context(pane=live.plan.pane.id, answer=live.plan.answer.id):
            with self._scopes[live.plan.pane.id] as scope:
                await asking.run()
            if scope.cancelled_caught and live.result is None:
                stopped = live.out_of_budget
                if stopped is not None:
                    live.end("truncated", reason="budget", failure=stopped)
                else:
                    live.end("cancelled", reason=None, failure=None)
                arrived()
            self._end(live)

    def _end(self, live: LivePane) -> None:
        log_end(live)
        if live.result is not None:
            plan = live.plan
            self._observer.answer_ended(plan.provider, plan.request.model, live.result)

    def _note_arrival(self, live: LivePane) -> asyncio.Event | None:
        """Wakes the storing task, and returns an event if too much waits."""
        self._arrived.set()
        # One end among others can wait for the next frame; the last one ends the run.
        if live.urgent or (
            live.result is not None and all(each.result is not None for each in self.panes)
        ):
            self._urgent.set()
        if live.waiting_characters < _MOST_WAITING // len(self.panes):
            return None
        self._room.clear()
        return self._room

    async def _store_arrivals(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            self._urgent.clear()
            kept = await self._store()
            if kept and self.budget.may_grow:  # else the ledger cannot be used either
                for live in await self.budget.top_up(self.panes):
                    self._scopes[live.plan.pane.id].cancel()
            running = longest = 0
            for live in self.panes:
                if live.result is None:
                    running, longest = running + 1, max(longest, live.length)
            if not running and not any(live.dirty for live in self.panes):
                return
            with anyio.move_on_after(frame_interval(self._frame_s, running, longest)):
                await self._urgent.wait()

    async def _store(self) -> bool:
        """Stores what has arrived, lets it be shown, and returns whether storing succeeded.

        It does so even if the run is cancelled meanwhile.
        """
        dirty: list[LivePane] = []
        records: list[Record] = []
        for live in self.panes:
            if live.dirty:
                dirty.append(live)
                records += live.take_records()
        kept = True
        with anyio.CancelScope(shield=True):
            kept = await self._write_queue.write(records) if records else True
        for live in dirty:
            live.put_stored(kept=kept)
        self._stored.set()
        return kept

    async def _show(self) -> None:
        while not all(map(_is_done, self.panes)):
            await self._sink.room()
            events = self._take_events()
            if events:
                self._sink.send(events)
                if self.listener is not None:
                    self.listener(events)
                self._room.set()
            else:
                await self._stored.wait()
                self._stored.clear()

    def _take_events(self) -> list[PaneEvent]:
        if len(self.panes) == 1:
            return self.panes[0].take_events()  # which limits them itself
        events: list[PaneEvent] = []
        characters = 0
        for _ in self.panes:
            self._next_pane = (self._next_pane + 1) % len(self.panes)
            live = self.panes[self._next_pane]
            taken = live.take_events()
            events += taken
            for event in taken:
                characters += len(event.text) if isinstance(event, TokenEvent) else event.size
            if characters >= _LONGEST_BATCH:
                break
        return events

    async def _interrupt(self) -> None:
        unfinished = [live for live in self.panes if live.result is None]
        if all(not live.dirty for live in self.panes) and not unfinished:
            return
        failure = Failure.of("interrupted", "The server was stopped before the answer was over.")
        if unfinished:
            _LOG.info("%d answers are interrupted: the server stops", len(unfinished))
        for live in unfinished:
            live.end("interrupted", reason=None, failure=failure)
            self._end(live)
        await self._store()


def _pane_result(live: LivePane) -> PaneResult:
    result = live.result
    assert result is not None, "a pane has a result after its end"  # noqa: S101 - an invariant
    return PaneResult(
        pane_id=result.pane_id,
        message_id=result.id,
        status=result.status,
        usage=result.usage or Usage(),
        cost=result.cost or Cost(),
        latency=result.latency or Latency(),
        failure=result.error,
    )


def _overall(
    results: Sequence[PaneResult],
) -> Literal["complete", "partial", "failed", "cancelled"]:
    statuses = {result.status for result in results}
    if statuses == {"complete"}:
        return "complete"
    if "cancelled" in statuses:
        return "cancelled"
    if statuses == {"failed"}:
        return "failed"
    return "partial"


_LOG: Final = logging.getLogger(__name__)


def _log_begin(plan: RunPlan) -> None:
    if _LOG.isEnabledFor(logging.INFO):
        models = ", ".join(each.pane.model for each in plan.panes[:8])
        more = f" and {len(plan.panes) - 8} more" if len(plan.panes) > 8 else ""
        extra = {"figures": {"panes": len(plan.panes)}}
        _LOG.info("a run begins: %d panes, %s%s", len(plan.panes), models, more, extra=extra)
