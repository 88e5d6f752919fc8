"""Sums up what a step's own command returned."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.model.commands.pipelines.results import StepResult
from antiphon.model.values.usage import Cost, Latency, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from antiphon.engine.pipelines.running.progress import StepPane
    from antiphon.model.commands.pipelines.results import (
        StepComparison,
        StepConsensus,
        StepStatus,
    )
    from antiphon.model.commands.pipelines.steps import PipelineStep
    from antiphon.model.commands.runs import PaneResult
    from antiphon.model.failure import Failure


class StepOutcome(Struct, frozen=True):
    """What a step did: its panes, its answers, or what it found."""

    panes: Sequence[StepPane] = ()
    results: Sequence[PaneResult] = ()
    left_out: int = 0
    """Answers of earlier steps that could not be used."""
    comparison: StepComparison | None = None
    consensus: StepConsensus | None = None

    @property
    def status(self) -> StepStatus:
        """How the step ended: `partial` too if it could not use all that it names."""
        statuses = {each.status for each in self.panes if each.message_id is not None}
        if "cancelled" in statuses:
            return "cancelled"
        if statuses and statuses <= {"failed"}:
            return "failed"
        return "partial" if self.left_out or statuses - {"complete"} else "complete"


def begun(step: PipelineStep, panes: Sequence[StepPane] = ()) -> StepResult:
    """Returns the result of a running step, with the panes that have begun."""
    return StepResult(
        id=step.id,
        type=step.type,
        status="running",
        pane_ids=[each.pane_id for each in panes],
        message_ids=[each.message_id for each in panes if each.message_id is not None],
    )


def ended(step: PipelineStep, outcome: StepOutcome) -> StepResult:
    """Returns the result of a step that ended."""
    results = outcome.results
    return StepResult(
        id=step.id,
        type=step.type,
        status=outcome.status,
        pane_ids=[each.pane_id for each in outcome.panes],
        message_ids=[each.message_id for each in outcome.panes if each.message_id is not None],
        usage=sum_usage(each.usage for each in results),
        cost=sum_cost([each.cost for each in results]),
        latency=join_latency([each.latency for each in results]),
        failure=next((each.failure for each in results if each.failure is not None), None),
        comparison=outcome.comparison,
        consensus=outcome.consensus,
    )


def unanswered(
    earlier: StepResult,
    status: StepStatus,
    failure: Failure | None,
    panes: Sequence[StepPane] = (),
) -> StepResult:
    """Returns the result of a step that nothing was sent for, with its earlier answers.

    `panes` are the ones to keep instead, if some of them have begun nevertheless.
    """
    kept = earlier.model_copy(
        update={
            "status": status,
            "failure": failure,
            "comparison": None,
            "consensus": None,
            "expect": None,
        }
    )
    if not panes:
        return kept
    ids = [each.pane_id for each in panes]
    messages = [each.message_id for each in panes if each.message_id is not None]
    return kept.model_copy(update={"pane_ids": ids, "message_ids": messages})


def put_over(earlier: Sequence[StepPane], begun: Sequence[StepPane]) -> list[StepPane]:
    """Returns the earlier panes in their order, with the answers that have begun since."""
    return [*{each.pane_id: each for each in (*earlier, *begun)}.values()]


def sum_usage(usages: Iterable[Usage]) -> Usage:
    """Returns the tokens of several answers together."""
    first, *others = [*usages] or [Usage()]
    for each in others:
        first += each
    return first


def sum_cost(costs: Sequence[Cost]) -> Cost:
    """Returns the cost of several answers together: unknown if any of them is."""
    amounts = [each.amount for each in costs]
    known = [Decimal(each) for each in amounts if each is not None]
    return Cost.of(sum(known, Decimal(0)) if len(known) == len(amounts) else None)


def join_latency(latencies: Sequence[Latency]) -> Latency:
    """Returns the durations of answers that ran at the same time."""
    first_texts = [each.ttft_ms for each in latencies if each.ttft_ms is not None]
    return Latency(
        queued_ms=max((each.queued_ms for each in latencies), default=0),
        ttft_ms=min(first_texts, default=None),
        total_ms=max((each.total_ms for each in latencies), default=0),
    )
