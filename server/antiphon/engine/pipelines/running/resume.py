"""Goes on with a step of an earlier run, and keeps its complete answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from antiphon.engine.pipelines.running.outcome import StepOutcome
from antiphon.engine.pipelines.running.progress import Found, StepPane
from antiphon.engine.pipelines.running.step_commands import ask_in, called_names
from antiphon.model.commands.pipelines.steps import (
    AskStep,
    BroadcastStep,
    MergeStep,
    SendStep,
    SummarizeStep,
)
from antiphon.model.commands.runs import PaneResult, RegenerateParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.usage import Cost, Latency, Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.pipelines.running.step_commands import EngineCommands, StepTask
    from antiphon.engine.pipelines.source.pane_names import PaneNames
    from antiphon.engine.ports import History
    from antiphon.model.commands.pipelines.results import StepResult
    from antiphon.model.commands.pipelines.steps import PipelineStep
    from antiphon.model.conversation.message import Message


async def load_panes(result: StepResult, names: PaneNames, history: History) -> list[StepPane]:
    """Reads the panes of a step that ran before, with the states of their answers.

    `names` are those that the text has for its new panes.
    """
    answers = [await history.message(each) for each in result.message_ids]
    by_pane = {each.pane_id: each for each in answers}
    found: list[StepPane] = []
    for index, pane_id in enumerate(result.pane_ids):
        pane = await history.pane(pane_id)
        answer = by_pane.get(pane_id)
        found.append(
            StepPane(
                pane_id,
                None if answer is None else answer.id,
                "complete" if answer is None else answer.status,
                called_names(pane, names, index),
            )
        )
    return found


def list_kept(step: PipelineStep, panes: Sequence[StepPane]) -> Sequence[StepPane]:
    """Returns the panes that a step goes on from, if any.

    A step whose answers are all complete could not use all that it names: it runs once more.
    """
    return panes if _list_broken(panes) or isinstance(step, AskStep) else ()


def _list_broken(panes: Sequence[StepPane]) -> list[StepPane]:
    return [each for each in panes if each.message_id and each.status != "complete"]


async def carry_on(
    task: StepTask, panes: Sequence[StepPane], commands: EngineCommands, history: History
) -> StepOutcome:
    """Asks again for the answers of a step that are missing or not complete.

    `panes` are those that it goes on from. Raises as `carry_out` does.
    """
    left_out = 0
    asked = StepOutcome()
    if isinstance(task.step, AskStep):
        asked, left_out = await _ask_others(task.step, panes, task, commands)
    # Its place says which model is meant, unless an older server has lost some of the panes.
    is_whole = len(panes) >= len(task.names)
    models = [_model_named(task.step, index) if is_whole else None for index in range(len(panes))]
    wanted = {each.pane_id: model for each, model in zip(panes, models, strict=True)}
    renewed = await _regenerate_all(_list_broken(panes), wanted, task, commands)
    answers = [
        await history.message(renewed.get(each.pane_id, each.message_id))
        for each in panes
        if each.message_id is not None
    ]
    now = {each.pane_id: each for each in answers}
    current = [_renewed(each, now.get(each.pane_id)) for each in panes]
    results = [*map(_result_of, answers), *asked.results]
    return StepOutcome([*current, *asked.panes], results, left_out)


async def _ask_others(
    step: AskStep, panes: Sequence[StepPane], task: StepTask, commands: EngineCommands
) -> tuple[StepOutcome, int]:
    """Asks in the panes that had no usable answer when the step ran first."""
    found = task.progress.find(step.panes)
    known = {each.pane_id for each in panes}
    others = [each for each in found.panes if each.pane_id not in known]
    if not others:
        return StepOutcome(), found.left_out
    return await ask_in(step, Found(others), task, commands), found.left_out


def _model_named(step: PipelineStep, index: int) -> str | None:
    """Returns the model that a step names for a pane, another one than before perhaps."""
    match step:
        case BroadcastStep() if step.models is not None and index < len(step.models):
            each = step.models[index]
            return each if isinstance(each, str) else each.model
        case SendStep() if step.models and not step.to and index < len(step.models):
            return step.models[index]
        case SummarizeStep() | MergeStep():
            return step.model
        case _:
            return None


async def _regenerate_all(
    panes: Sequence[StepPane],
    models: Mapping[str, str | None],
    task: StepTask,
    commands: EngineCommands,
) -> dict[str, str]:
    """Asks for all of the answers again, and returns the new ones by pane.

    `models` has the model that is asked now, by pane. Raises `AntiphonError` if none could be sent.
    """
    renewed: dict[str, str] = {}
    refused: list[AntiphonError] = []

    async def regenerate(pane: StepPane) -> None:
        model = models[pane.pane_id]
        params = RegenerateParams(message_id=pane.message_id or "", model=model)
        try:
            result = await commands.broadcaster.regenerate(params, task.caller)
            renewed[pane.pane_id] = result.results[0].message_id
        except AntiphonError as failed:
            refused.append(failed)

    async with anyio.create_task_group() as tasks:
        for each in panes:
            tasks.start_soon(regenerate, each)
    if refused and not renewed:
        raise refused[0]
    return renewed


def _renewed(pane: StepPane, answer: Message | None) -> StepPane:
    if answer is None:
        return pane
    return StepPane(pane.pane_id, answer.id, answer.status, pane.names)


def _result_of(answer: Message) -> PaneResult:
    return PaneResult(
        pane_id=answer.pane_id,
        message_id=answer.id,
        status=answer.status,
        usage=answer.usage or Usage(),
        cost=answer.cost or Cost(),
        latency=answer.latency or Latency(),
        failure=answer.error,
    )
