"""Tracks how far each step came, and finds the answers that references mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from antiphon.engine.pipelines.source.pane_names import pick
from antiphon.engine.pipelines.source.references import parse_reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.pipelines.source.pane_names import PaneNames
    from antiphon.model.commands.pipelines.results import StepResult
    from antiphon.model.conversation.message import Status

_USABLE = frozenset({"complete", "truncated"})
"""Ends of answers that other steps can use: the others have no text, or break off in it."""


class StepPane(Struct, frozen=True):
    """One pane of a step, with the step's own answer in it."""

    pane_id: str
    message_id: str | None
    """`None` if the pane was given messages without being asked."""
    status: Status = "complete"
    names: frozenset[str] = frozenset()

    @property
    def is_usable(self) -> bool:
        """Whether other steps can use its answer."""
        return self.status in _USABLE


class Found(Struct):
    """What references mean now: the panes that can be used, and what is missing."""

    panes: list[StepPane] = field(default_factory=list[StepPane])
    left_out: int = 0
    """Panes of a whole step that have no usable answer."""
    missing: str | None = None
    """The reference that names nothing usable."""


class Progress:
    """The results of the steps so far, by id."""

    def __init__(self, results: Sequence[StepResult]) -> None:
        self.results = {each.id: each for each in results}
        self.panes: dict[str, list[StepPane]] = {}

    def find(self, references: Sequence[str]) -> Found:
        """Returns the panes that the references mean, each once, in order."""
        found = Found()
        seen: set[str] = set()
        for text in references:
            chosen = self.chosen(text)
            usable = [each for each in chosen if each.is_usable]
            if not usable:
                found.missing = found.missing or text
            found.left_out += len(chosen) - len(usable)
            for each in usable:
                if each.pane_id not in seen:
                    seen.add(each.pane_id)
                    found.panes.append(each)
        return found

    def chosen(self, text: str) -> list[StepPane]:
        """Returns the panes that one reference means, usable or not."""
        reference = parse_reference(text)
        panes = self.panes.get(reference.step, [])
        names: PaneNames = tuple(each.names for each in panes)
        return [panes[index] for index in pick(reference, names)]

    def listed(self, order: Sequence[str]) -> list[StepResult]:
        """Returns the results in the order of these ids."""
        return [self.results[each] for each in order]
