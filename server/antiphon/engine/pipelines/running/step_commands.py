"""Carries out one step by the engine's own command of that kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from antiphon.engine.pipelines.running.outcome import StepOutcome
from antiphon.engine.pipelines.running.progress import StepPane
from antiphon.model.commands.comparison import CompareParams, CompareSide, ConsensusParams
from antiphon.model.commands.pipelines.results import StepComparison, StepConsensus
from antiphon.model.commands.pipelines.steps import (
    AskStep,
    BroadcastStep,
    CompareStep,
    ConsensusStep,
    MergeStep,
    SendStep,
    SummarizeStep,
)
from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.commands.transfer import (
    MergeParams,
    SendToParams,
    SummarizeParams,
    TransferFrom,
    TransferTo,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.comparison.compare import Comparer
    from antiphon.engine.comparison.survey import ConsensusReporter
    from antiphon.engine.pipelines.running.progress import Found, Progress
    from antiphon.engine.pipelines.source.pane_names import PaneNames
    from antiphon.engine.ports.clients import Caller
    from antiphon.engine.run.broadcast import Broadcaster
    from antiphon.engine.transfer.digest import DigestService
    from antiphon.engine.transfer.send import Transfers
    from antiphon.model.commands.pipelines.steps import PipelineStep
    from antiphon.model.commands.runs import ContextItem, PaneResult
    from antiphon.model.conversation.session import Pane


class EngineCommands(Struct, frozen=True):
    """The commands that steps are made of."""

    broadcaster: Broadcaster
    transfers: Transfers
    digests: DigestService
    comparer: Comparer
    consensus: ConsensusReporter


class StepTask(Struct, frozen=True):
    """One step with what it needs: its session, its sources, its caller."""

    step: PipelineStep
    session_id: str
    progress: Progress
    caller: Caller
    context: Sequence[ContextItem] = ()
    names: PaneNames = ()
    """How the text calls its new panes, whichever models a run names instead."""


class Unusable(Exception):  # noqa: N818 - named by the situation
    """A step refers to something that has no usable answer: `reference`."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


async def carry_out(task: StepTask, commands: EngineCommands) -> StepOutcome:
    """Carries out one step, and returns when all of its answers have ended.

    Raises `Unusable` if it needs an answer that there is not, and `AntiphonError` as its command
    does if nothing was sent.
    """
    match task.step:
        case BroadcastStep() as step:
            return await _broadcast(step, task, commands)
        case AskStep() as step:
            return await ask_in(step, _find(task, step.panes), task, commands)
        case SendStep() as step:
            return await _send(step, task, commands)
        case SummarizeStep() | MergeStep() as step:
            return await _digest(step, task, commands)
        case CompareStep() as step:
            return await _compare(step, task, commands)
        case ConsensusStep() as step:
            return await _consensus(step, task, commands)


def _find(task: StepTask, references: Sequence[str]) -> Found:
    found = task.progress.find(references)
    if found.missing is not None:
        raise Unusable(found.missing)
    return found


async def _broadcast(step: BroadcastStep, task: StepTask, commands: EngineCommands) -> StepOutcome:
    params = BroadcastParams(
        prompt=step.prompt,
        models=step.models,
        session_id=task.session_id,
        system=step.system,
        params=step.params,
        context=[*task.context] or None,
    )
    result = await commands.broadcaster.broadcast(params, task.caller)
    return StepOutcome(_panes(result.results, result.panes, task.names), result.results)


async def ask_in(
    step: AskStep, found: Found, task: StepTask, commands: EngineCommands
) -> StepOutcome:
    """Goes on in the panes that were found."""
    params = BroadcastParams(
        prompt=step.prompt,
        pane_ids=[each.pane_id for each in found.panes],
        session_id=task.session_id,
        system=step.system,
        params=step.params,
        context=[*task.context] or None,
    )
    result = await commands.broadcaster.broadcast(params, task.caller)
    names = tuple(each.names for each in found.panes)
    panes = _panes(result.results, result.panes, names)
    return StepOutcome(panes, result.results, found.left_out)


async def _send(step: SendStep, task: StepTask, commands: EngineCommands) -> StepOutcome:
    sources = _find(task, step.from_)
    targets = _find(task, step.to or ())
    message_ids = [each.message_id for each in sources.panes if each.message_id is not None]
    pane_ids = [each.pane_id for each in targets.panes]
    argument: dict[str, Any] = {
        "from": TransferFrom(message_ids=message_ids),
        "to": TransferTo(pane_ids=pane_ids or None, models=step.models),
        "mode": step.mode,
        "prompt": step.prompt,
        "role": step.role,
        "note": step.note,
        "params": step.params,
    }
    params = SendToParams.model_validate(argument)
    result = await commands.transfers.send(params, task.caller)
    names = (*(each.names for each in targets.panes), *task.names)
    left_out = sources.left_out + targets.left_out
    if result.results is None:
        panes = [
            StepPane(pane.id, None, names=called_names(pane, names, index))
            for index, pane in enumerate(result.panes)
        ]
        return StepOutcome(panes, (), left_out)
    return StepOutcome(_panes(result.results, result.panes, names), result.results, left_out)


async def _digest(
    step: SummarizeStep | MergeStep, task: StepTask, commands: EngineCommands
) -> StepOutcome:
    sources = _find(task, step.of)
    pane_ids = [each.pane_id for each in sources.panes]
    if isinstance(step, MergeStep):
        params = MergeParams(
            pane_ids=pane_ids,
            model=step.model,
            instructions=step.instructions,
            params=step.params,
        )
        result = await commands.digests.merge(params, task.caller)
    else:
        summary = SummarizeParams(
            pane_ids=pane_ids,
            format=step.format,
            combine=step.combine,
            model=step.model,
            instructions=step.instructions,
            params=step.params,
        )
        result = await commands.digests.summarize(summary, task.caller)
    return StepOutcome(_panes(result.results, result.panes), result.results, sources.left_out)


async def _compare(step: CompareStep, task: StepTask, commands: EngineCommands) -> StepOutcome:
    left, right = _find(task, [step.left]), _find(task, [step.right])
    params = CompareParams(
        left=_side(left.panes[0]), right=_side(right.panes[0]), granularity=step.granularity
    )
    result = await commands.comparer.compare(params, task.caller.context)
    found = StepComparison(
        left=result.left.uri, right=result.right.uri, similarity=result.similarity
    )
    return StepOutcome(comparison=found)


def _side(pane: StepPane) -> CompareSide:
    if pane.message_id is None:
        return CompareSide(pane_id=pane.pane_id)
    return CompareSide(message_id=pane.message_id)


async def _consensus(step: ConsensusStep, task: StepTask, commands: EngineCommands) -> StepOutcome:
    sources = _find(task, step.of)
    params = ConsensusParams(
        pane_ids=[each.pane_id for each in sources.panes],
        message_ids=[each.message_id for each in sources.panes if each.message_id is not None],
    )
    result = await commands.consensus.consensus(params)
    found = StepConsensus(uri=result.uri, agreement=result.agreement, compared=result.compared)
    return StepOutcome(left_out=sources.left_out, consensus=found)


def _panes(
    results: Sequence[PaneResult], panes: Sequence[Pane], names: PaneNames = ()
) -> list[StepPane]:
    """Returns a run's panes, with the names by which the step's text calls them."""
    by_id = {each.id: each for each in panes}
    return [
        StepPane(
            each.pane_id,
            each.message_id,
            each.status,
            called_names(by_id[each.pane_id], names, index),
        )
        for index, each in enumerate(results)
    ]


def called_names(pane: Pane, names: PaneNames, index: int) -> frozenset[str]:
    """Returns every name of a step's pane: its own, and those of the text."""
    own = frozenset({pane.title, pane.model, pane.model.partition("/")[2]})
    return own | (names[index] if index < len(names) else frozenset[str]())
