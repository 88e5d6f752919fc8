"""Finds what the steps of a pipeline refer to: other steps, and panes of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.model.commands.pipelines.steps import (
    AskStep,
    BroadcastStep,
    CompareStep,
    ConsensusStep,
    MergeStep,
    SendStep,
    SummarizeStep,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.model.commands.pipelines.steps import PipelineStep

STEP_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")

Path = tuple[int | str, ...]
"""A place in a pipeline's text: `("steps", 2, "of", 0)`."""


class Reference(Struct, frozen=True):
    """A step that is referred to, or one of its panes."""

    step: str
    pane: str | None = None
    """The number of a pane, from 1, or its title."""

    @property
    def number(self) -> int | None:
        """The pane's number, if it is named by one."""
        if self.pane is None or not (self.pane.isascii() and self.pane.isdigit()):
            return None
        return int(self.pane[:6])


def parse_reference(text: str) -> Reference:
    """Parses `id`, `id.2` or `id.title`. A title may have dots of its own."""
    step, _, pane = text.partition(".")
    return Reference(step, pane or None)


def list_references(step: PipelineStep) -> Iterator[tuple[Path, str]]:
    """Yields every reference of a step with its place below the step."""
    for key, names in _named(step):
        if isinstance(names, str):
            yield (key,), names
        else:
            yield from (((key, index), name) for index, name in enumerate(names))


def _named(step: PipelineStep) -> Iterator[tuple[str, str | Sequence[str]]]:
    match step:
        case BroadcastStep():
            return
        case AskStep():
            yield "panes", step.panes
        case SendStep():
            yield "from", step.from_
            yield "to", step.to or ()
        case SummarizeStep() | MergeStep() | ConsensusStep():
            yield "of", step.of
        case CompareStep():
            yield "left", step.left
            yield "right", step.right


def list_written(step: PipelineStep) -> Sequence[str]:
    """Returns the references to panes of other steps that a step goes on in."""
    match step:
        case AskStep():
            return step.panes
        case SendStep():
            return step.to or ()
        case _:
            return ()


def list_read(step: PipelineStep) -> Sequence[str]:
    """Returns the references to panes whose last answers a step reads, whatever they are then."""
    return step.of if isinstance(step, SummarizeStep | MergeStep) else ()


def has_panes(step: PipelineStep) -> bool:
    """Checks whether a step has answers that others can refer to."""
    return not isinstance(step, CompareStep | ConsensusStep)


def list_models(step: PipelineStep) -> Iterator[tuple[Path, str]]:
    """Yields every model that a step names, with its place below the step."""
    match step:
        case BroadcastStep() | SendStep():
            for index, each in enumerate(step.models or ()):
                if isinstance(each, str):
                    yield ("models", index), each
                else:
                    yield ("models", index, "model"), each.model
        case SummarizeStep() | MergeStep():
            if step.model is not None:
                yield ("model",), step.model
        case _:
            return
