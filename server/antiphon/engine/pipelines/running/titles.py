"""Gives new panes titles, so that simultaneous steps do not choose the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.commands.pipelines.steps import BroadcastStep
from antiphon.model.commands.runs import ModelChoice
from antiphon.model.conversation.session import title_panes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.model.commands.pipelines.steps import PipelineStep


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
