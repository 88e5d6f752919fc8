"""Prints what a run found: a line for each survivor, and a table by package."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scripts.mutate.parts import part_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scripts.mutate.outcomes.accepted import Accepted
    from scripts.mutate.outcomes.results import Result


@dataclass
class Tally:
    """How many mutants of one package were made, and what became of them."""

    made: int = 0
    caught: int = 0
    accepted: int = 0

    @property
    def per_cent(self) -> int:
        """The share of what counts that was caught, rounded down."""
        counted = self.made - self.accepted
        return 100 * self.caught // counted if counted else 100


def format_survivor(result: Result) -> str:
    """Returns a survivor as one line."""
    return f"{result.path}:{result.line}  {result.before}  →  {result.after}"


def list_survivors(results: Iterable[Result], accepted: Accepted) -> list[Result]:
    """Returns the survivors that are not accepted, by place."""
    found = [
        each for each in results if each.outcome == "survived" and not accepted.find_reason(each)
    ]
    return sorted(found, key=lambda each: (each.path, each.line, each.after))


def count_by_package(results: Iterable[Result], accepted: Accepted) -> dict[str, Tally]:
    """Returns the tally of each folder, and of each part as a whole."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for result in results:
        for name in _packages(result.path):
            tally = tallies[name]
            tally.made += 1
            tally.caught += result.outcome != "survived"
            tally.accepted += (
                result.outcome == "survived" and accepted.find_reason(result) is not None
            )
    return dict(sorted(tallies.items()))


def format_table(tallies: dict[str, Tally]) -> str:
    """Returns the tallies as a table of Markdown."""
    rows = [
        f"| {name} | {each.made} | {each.caught} | {each.accepted} | {each.per_cent} % |"
        for name, each in tallies.items()
    ]
    head = ["| package | made | caught | accepted | share |", "|---|--:|--:|--:|--:|"]
    return "\n".join([*head, *rows])


def _packages(path: str) -> set[str]:
    part = part_of(path)
    below = path.removeprefix(part).split("/")[1:-1]
    return {part, "/".join([part, *below[:1]])}
