"""Replaces the models of a pipeline's steps, and gives new panes titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.pipelines.source.faults import quoted, suggestion
from antiphon.engine.pipelines.source.pane_names import names_of_choices, pick
from antiphon.engine.pipelines.source.references import parse_reference
from antiphon.model.commands.pipelines.steps import (
    BroadcastStep,
    MergeStep,
    SendStep,
    SummarizeStep,
)
from antiphon.model.commands.runs import ModelChoice
from antiphon.model.conversation.session import title_panes
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from antiphon.model.commands.pipelines.steps import Pipeline, PipelineStep
    from antiphon.model.failure import AntiphonError


def with_models(pipeline: Pipeline, models: Mapping[str, str | list[str]]) -> Pipeline:
    """Returns the pipeline with other models, each under the reference that it replaces.

    Raises `AntiphonError` (`invalid_params`, naming the reference) for one that has no models.
    """
    steps = {step.id: step for step in pipeline.steps}
    for text, wanted in models.items():
        names = [wanted] if isinstance(wanted, str) else wanted
        reference = parse_reference(text)
        step = steps.get(reference.step)
        if step is None:
            near = suggestion(reference.step, steps)
            raise _refused(text, f"There is no step {quoted(reference.step)}.{near}")
        if not names:
            raise _refused(text, "Name a model.")
        steps[step.id] = _replaced(step, text, names)
    return pipeline.model_copy(update={"steps": list(steps.values())})


def _replaced(step: PipelineStep, text: str, names: Sequence[str]) -> PipelineStep:
    reference = parse_reference(text)
    match step:
        case BroadcastStep() if reference.pane is None:
            return step.model_copy(update={"models": [*names], "lineup": None})
        case SendStep() if reference.pane is None and step.models:
            return step.model_copy(update={"models": [*names]})
        case SummarizeStep() | MergeStep() if reference.pane is None and len(names) == 1:
            return step.model_copy(update={"model": names[0]})
        case BroadcastStep() | SendStep() if reference.pane is not None and len(names) == 1:
            choices = list[str | ModelChoice](step.models or ())
            chosen = pick(reference, names_of_choices(choices))
            if not chosen:
                raise _refused(text, f"The step {quoted(step.id)} names no such model.")
            choices[chosen[0]] = _choice(choices[chosen[0]], names[0])
            return step.model_copy(update={"models": choices})
        case _:
            message = f"The step {quoted(step.id)} does not choose models, or only one of them."
            raise _refused(text, message)


def _choice(before: str | ModelChoice, model: str) -> str | ModelChoice:
    return model if isinstance(before, str) else before.model_copy(update={"model": model})


def _refused(text: str, message: str) -> AntiphonError:
    hint = "Name a step, or a pane as `step.2`, and the model that it asks instead."
    return error("invalid_params", message, hint=hint, field=f"$.models.{text}")


def with_titles(steps: Sequence[PipelineStep]) -> list[PipelineStep]:
    """Returns the steps with a title for each new pane whose model is named.

    A preset has a title of its own in the settings.
    """
    choices = [
        each for step in steps if isinstance(step, BroadcastStep) for each in step.models or ()
    ]
    used = {
        each.title: each.model
        for each in choices
        if isinstance(each, ModelChoice) and each.title is not None
    }
    unnamed = [_model_of(each) for each in choices if _needs_title(each)]
    titles = iter(title_panes(unnamed, used))
    return [_titled(step, titles) if isinstance(step, BroadcastStep) else step for step in steps]


def _titled(step: BroadcastStep, titles: Iterator[str]) -> BroadcastStep:
    if step.models is None:
        return step
    named = [
        _with_title(each, next(titles)) if _needs_title(each) else each for each in step.models
    ]
    return step.model_copy(update={"models": named})


def _needs_title(each: str | ModelChoice) -> bool:
    named = isinstance(each, ModelChoice) and each.title is not None
    return not named and not _model_of(each).startswith("@")


def _model_of(each: str | ModelChoice) -> str:
    return each if isinstance(each, str) else each.model


def _with_title(each: str | ModelChoice, title: str) -> ModelChoice:
    if isinstance(each, str):
        return ModelChoice(model=each, title=title)
    return each.model_copy(update={"title": title})
