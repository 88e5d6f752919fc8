"""Predicts the panes of each step, and what references call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.pipelines.source.references import parse_reference
from antiphon.model.commands.pipelines.steps import (
    AskStep,
    BroadcastStep,
    MergeStep,
    SendStep,
    SummarizeStep,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.pipelines.source.references import Reference
    from antiphon.model.commands.pipelines.steps import PipelineStep
    from antiphon.model.commands.runs import ModelChoice

PaneNames = tuple[frozenset[str], ...]
"""The names of each pane: its title, its model and the model's own name."""


def predict_panes(
    steps: Sequence[PipelineStep], order: Sequence[str]
) -> dict[str, PaneNames | None]:
    """Returns the names of each step's panes, or `None` if only a run will tell.

    `order` has each step after those that it refers to.
    """
    by_id = {each.id: each for each in steps}
    known: dict[str, PaneNames | None] = {}
    for step_id in order:
        known[step_id] = _predict(by_id[step_id], known)
    return known


def _predict(step: PipelineStep, known: Mapping[str, PaneNames | None]) -> PaneNames | None:
    match step:
        case BroadcastStep():
            return None if step.models is None else names_of_choices(step.models)
        case AskStep():
            return _join(step.panes, known)
        case SendStep():
            targets = _join(step.to or (), known)
            return None if targets is None else (*targets, *names_of_choices(step.models or ()))
        case SummarizeStep() if step.combine is False:
            sources = _join(step.of, known)
            return None if sources is None else tuple(frozenset[str]() for _ in sources)
        case SummarizeStep() | MergeStep():
            return (frozenset(),)
        case _:
            return ()


def names_in_text(step: PipelineStep) -> PaneNames:
    """Returns the names that a text has for the new panes of a step."""
    return names_of_choices(getattr(step, "models", None) or ())


def names_of_choices(choices: Sequence[str | ModelChoice]) -> PaneNames:
    """Returns the names by which references call the new panes of these models."""
    return tuple(
        _names_of_model(each)
        if isinstance(each, str)
        else _names_of_model(each.model)
        | (frozenset({each.title}) if each.title else frozenset[str]())
        for each in choices
    )


def _names_of_model(model: str) -> frozenset[str]:
    if model.startswith("@"):  # a preset, whose title is in the settings
        return frozenset({model, model[1:]})
    return frozenset({model, model.partition("/")[2] or model})


def pick(reference: Reference, panes: PaneNames) -> list[int]:
    """Returns the indexes of the panes that a reference means, perhaps none."""
    if reference.pane is None:
        return list(range(len(panes)))
    named = [index for index, names in enumerate(panes) if reference.pane in names]
    if named:
        return named[:1]
    number = reference.number
    return [number - 1] if number is not None and 0 < number <= len(panes) else []


def _join(references: Sequence[str], known: Mapping[str, PaneNames | None]) -> PaneNames | None:
    found: list[frozenset[str]] = []
    for each in references:
        reference = parse_reference(each)
        panes = known.get(reference.step)
        if panes is None:
            return None
        found += [panes[index] for index in pick(reference, panes)]
    return tuple(found)
