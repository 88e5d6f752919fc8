"""Orders the steps of a pipeline by what each of them waits for.

A step waits for those that it refers to. Steps that go on in the same panes keep their order too: a
pane is one conversation, so a summary that comes before a further prompt must not read its answer.
Other steps name answers, not panes, and need not wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.engine.pipelines.source.references import (
    list_read,
    list_references,
    list_written,
    parse_reference,
)
from antiphon.model.commands.pipelines.library import StepOutline
from antiphon.model.commands.pipelines.steps import AskStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from antiphon.model.commands.pipelines.steps import PipelineStep


class CycleError(Exception):
    """Steps wait for each other: `cycle` has their ids in that order."""

    def __init__(self, cycle: Sequence[str]) -> None:
        super().__init__(" → ".join([*cycle, cycle[0]]))
        self.cycle = cycle


class Graph(Struct, frozen=True):
    """Which step waits for which others, in an order that can be run."""

    needs: Mapping[str, Sequence[str]]

    @property
    def order(self) -> Sequence[str]:
        """The ids, each after those that it waits for."""
        return list(self.needs)

    def levels(self) -> list[list[str]]:
        """Returns the ids by level: those of one level can run at the same time."""
        level: dict[str, int] = {}
        for step_id, needs in self.needs.items():
            level[step_id] = 1 + max((level[each] for each in needs), default=-1)
        found: list[list[str]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
        for step_id, number in level.items():
            found[number].append(step_id)
        return found

    def outline(self, steps: Sequence[PipelineStep]) -> list[StepOutline]:
        """Returns the steps with what each waits for, in the order of the text."""
        return [
            StepOutline(id=each.id, type=each.type, needs=list(self.needs[each.id]))
            for each in steps
        ]


def build_graph(steps: Sequence[PipelineStep]) -> Graph:
    """Builds the graph of steps whose references are all known.

    Raises `CycleError` if a step waits for itself, through others or not.
    """
    named = {each.id: _named_steps(each) for each in steps}
    order = _sort(named)
    by_id = {each.id: each for each in steps}
    origins: dict[str, frozenset[str]] = {}
    writers: dict[str, list[str]] = {}
    readers: dict[str, list[str]] = {}
    needs: dict[str, list[str]] = {}
    for step_id in order:
        step = by_id[step_id]
        written = _origins_of(list_written(step), origins)
        read = _origins_of(list_read(step), origins)
        waits = dict.fromkeys(named[step_id])
        for origin in sorted(read | written):
            waits.update(dict.fromkeys(writers.get(origin, ())))
            if origin in written:
                waits.update(dict.fromkeys(readers.get(origin, ())))
        needs[step_id] = list(waits)
        for origin in written:  # which has waited for those before it
            writers[origin], readers[origin] = [step_id], []
        for origin in read - written:
            readers.setdefault(origin, []).append(step_id)
        origins[step_id] = written if isinstance(step, AskStep) else written | {step_id}
    return Graph(needs)


def _named_steps(step: PipelineStep) -> list[str]:
    names = (parse_reference(name).step for _, name in list_references(step))
    return list(dict.fromkeys(names))


def _origins_of(references: Iterable[str], origins: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Returns the ids of the steps in whose panes the referred answers are."""
    steps = {parse_reference(name).step for name in references}
    return frozenset[str]().union(*(origins[each] for each in steps))


def _sort(named: Mapping[str, Sequence[str]]) -> list[str]:
    """Sorts the ids topologically, otherwise as the text has them."""
    order: dict[str, None] = {}
    for start in named:
        waiting = [(start, iter(named[start]))] if start not in order else []
        entered = {start}
        while waiting:
            step_id, rest = waiting[-1]
            following = next((each for each in rest if each not in order), None)
            if following is None:
                order[step_id] = None
                entered.discard(step_id)
                waiting.pop()
            elif following in entered:
                path = [each for each, _ in waiting]
                raise CycleError(path[path.index(following) :])
            else:
                entered.add(following)
                waiting.append((following, iter(named[following])))
    return list(order)
