"""Compares two runs of a pipeline, step by step: words, cost, time, and who answered."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import anyio.to_thread

from antiphon.engine.comparison.diff import TextDiffer, similarity
from antiphon.model.commands.pipelines.runs import PaneDrift, PipelineDriftResult, StepDrift
from antiphon.model.conversation.session import to_slug
from antiphon.model.failure import AntiphonError
from antiphon.model.values.uri import message_uri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports import History
    from antiphon.engine.ports.pipelines import KeptRun, PipelineStore
    from antiphon.model.commands.pipelines.results import StepResult
    from antiphon.model.commands.pipelines.runs import PipelineDriftParams
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane

_Answer = tuple["Pane", "Message"]


class DriftReporter:
    """Answers `antiphon.pipeline.drift`."""

    def __init__(self, history: History, store: PipelineStore) -> None:
        self._history = history
        self._store = store

    async def drift(self, params: PipelineDriftParams) -> PipelineDriftResult:
        """Returns every step that both runs have, with its answers side by side.

        Raises `AntiphonError` (`not_found`) with the field of the run that does not exist.
        """
        left = await self._load(params.left, "$.left")
        right = await self._load(params.right, "$.right")
        others = {each.id: each for each in right.steps}
        shared = [each for each in left.steps if each.id in others]
        ids = {each.id for each in shared}
        only = [each.id for each in (*left.steps, *right.steps) if each.id not in ids]
        steps = [await self._step(each, others[each.id]) for each in shared]
        return PipelineDriftResult(steps=steps, only=only)

    async def _load(self, run_id: str, field: str) -> KeptRun:
        try:
            return await self._store.run(run_id)
        except AntiphonError as failed:
            raise AntiphonError(failed.failure, field=field) from failed

    async def _step(self, left: StepResult, right: StepResult) -> StepDrift:
        ours, theirs = await self._answers(left), await self._answers(right)
        count = max(len(ours), len(theirs))
        pairs = [(_at(ours, index), _at(theirs, index)) for index in range(count)]
        return StepDrift(
            id=left.id,
            panes=[await _pane(one, other) for one, other in pairs],
            status=[left.status, right.status],
            cost=[left.cost.amount, right.cost.amount],
            total_ms=[left.latency.total_ms, right.latency.total_ms],
        )

    async def _answers(self, step: StepResult) -> list[_Answer]:
        found: list[_Answer] = []
        for message_id in step.message_ids:
            message = await self._history.message(message_id)
            found.append((await self._history.pane(message.pane_id), message))
        return found


def _at(answers: Sequence[_Answer], index: int) -> _Answer | None:
    return answers[index] if index < len(answers) else None


async def _pane(left: _Answer | None, right: _Answer | None) -> PaneDrift:
    before, after = (each[1].content if each is not None else "" for each in (left, right))
    names = [_model_of(each) for each in (left, right)]
    asked = [each[0].model if each is not None else "" for each in (left, right)]
    pane = (left or right or (None, None))[0]
    return PaneDrift(
        title=pane.title if pane is not None else "",
        left=_uri_of(left),
        right=_uri_of(right),
        similarity=await anyio.to_thread.run_sync(_compare, before, after),
        cost=[_cost_of(left), _cost_of(right)],
        total_ms=[_time_of(left), _time_of(right)],
        model=names,
        moved=asked[0] == asked[1] and names[0] != names[1] and all(names),
    )


def _compare(left: str, right: str) -> float:
    """Returns the share of both texts that is equal: 1 for two empty ones."""
    if not left or not right:
        return float(left == right)
    return round(similarity(TextDiffer("word").pieces(left, right)), 4)


def _model_of(answer: _Answer | None) -> str:
    if answer is None:
        return ""
    pane, message = answer
    asked = message.model or pane.model
    if message.answered_by is None:
        return asked
    return f"{asked.partition('/')[0]}/{message.answered_by}"


def _uri_of(answer: _Answer | None) -> str:
    if answer is None:
        return ""
    pane, message = answer
    return message_uri(pane.session_id, pane.id, message.id, to_slug(pane.title))


def _cost_of(answer: _Answer | None) -> str | None:
    cost = answer[1].cost if answer is not None else None
    return None if cost is None or cost.amount is None else f"{Decimal(cost.amount):f}"


def _time_of(answer: _Answer | None) -> int:
    latency = answer[1].latency if answer is not None else None
    return latency.total_ms if latency is not None else 0
