"""Checks the models of a pipeline before anything is sent, and names the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.pipelines.source.faults import Faults
from antiphon.engine.pipelines.source.references import list_models
from antiphon.model.failure import AntiphonError, Failure
from antiphon.model.values.ids import split_model_id
from antiphon.model.values.positions import LineStarts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.pipelines.source.references import Path
    from antiphon.engine.pipelines.source.text import ReadPipeline
    from antiphon.engine.planning.pane_selection import PaneSelector, Presets
    from antiphon.engine.ports import Providers
    from antiphon.model.commands.pipelines.steps import PipelineStep


async def check_models(
    steps: Sequence[PipelineStep],
    read: ReadPipeline,
    providers: Providers,
    selector: PaneSelector,
    presets: Presets,
) -> None:
    """Checks that every model of `steps`, as they will run, can be asked.

    Raises `AntiphonError` (`model_not_found`) with the nearest models, the line of the text, and
    the field `$.models.<step>` under which a run names another model.
    """
    named = [
        (("steps", index, *path), step.id, model)
        for index, step in enumerate(steps)
        for path, model in list_models(step)
    ]
    await selector.look_for([presets.to_model_id(model) for _, _, model in named])
    checked: set[tuple[str, str]] = set()
    for path, step_id, model in named:
        if (step_id, model) in checked:
            continue
        checked.add((step_id, model))
        try:
            field = f"$.models.{step_id}"
            _check(presets.resolve(model, field).model, field, providers, selector)
        except AntiphonError as failed:
            raise _with_line(failed, path, read) from failed


def _check(model: str, field: str, providers: Providers, selector: PaneSelector) -> None:
    selector.check_model(model, field)
    info = providers.model_info(model)
    provider = split_model_id(model)[0]
    is_up = any(each.name == provider and each.available for each in providers.statuses())
    if info.available or not is_up:
        return
    nearest = [each for each in providers.nearest_models(model) if each != model]
    hint = f"Did you mean {' or '.join(nearest)}?" if nearest else None
    message = f"{model} cannot be asked: {info.reason or 'it is not available'}."
    raise AntiphonError(Failure.of("model_not_found", message, hint=hint), field=field)


def _with_line(failed: AntiphonError, path: Path, read: ReadPipeline) -> AntiphonError:
    start, _ = Faults(read.root).locate(path)
    line, column = LineStarts(read.text).at(start)
    failure = failed.failure
    named = failure.model_copy(update={"message": f"Line {line + 1}: {failure.message}"})
    problem = {"message": failure.message, "line": line + 1, "column": column + 1}
    return AntiphonError(named, field=failed.field, details={"problems": [problem]})
