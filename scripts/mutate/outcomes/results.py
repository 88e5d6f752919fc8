"""Keeps what became of each mutant in a file, so that a run goes on where it stopped."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from scripts.mutate.parts import part_of

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.mutate.mutant import Mutant

Outcome = Literal["caught", "too slow", "survived"]


@dataclass(frozen=True)
class Result:
    """What became of one mutant."""

    path: str
    line: int
    operator: str
    before: str
    after: str
    outcome: Outcome
    by: str
    """The test that failed, or how many passed."""
    source: str
    """A digest of the file that was changed."""
    tests: str
    """A digest of the tests that ran."""


class Results:
    """All that is known of the mutants of earlier runs and this one, with a file for each part."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: dict[str, dict[str, Result]] = {}

    def find(self, mutant: Mutant, source: str, tests: str) -> Result | None:
        """Returns what is known of a mutant, if it holds for this file and these tests.

        What was caught is not run again because tests have changed; what survived is.
        """
        known = self._part(mutant.path).get(_key(mutant.path, asdict(mutant)))
        if known is None or known.source != source:
            return None
        return known if known.outcome != "survived" or known.tests == tests else None

    def find_file(self, path: str, source: str, tests: str) -> list[Result]:
        """Returns all that is known of a file as it is, by these tests."""
        return [
            each
            for each in self._part(path).values()
            if (each.path, each.source, each.tests) == (path, source, tests)
        ]

    def add(self, mutant: Mutant, outcome: Outcome, by: str, source: str, tests: str) -> Result:
        """Keeps a result, in the file too."""
        change = mutant.path, mutant.line, mutant.operator, mutant.before, mutant.after
        result = Result(*change, outcome, by, source, tests)
        part = self._part(mutant.path)
        part[_key(mutant.path, asdict(result))] = result
        rows = [asdict(each) for _, each in sorted(part.items())]
        place = self._place(mutant.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_suffix(".draft")
        draft.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
        draft.replace(place)
        return result

    def _part(self, path: str) -> dict[str, Result]:
        name = part_of(path)
        if name not in self._parts:
            place = self._place(path)
            rows: list[dict[str, Any]] = (
                json.loads(place.read_text(encoding="utf-8")) if place.exists() else []
            )
            self._parts[name] = {_key(row["path"], row): Result(**row) for row in rows}
        return self._parts[name]

    def _place(self, path: str) -> Path:
        return self._folder / f"{part_of(path).replace('/', '-')}.json"


def _key(path: str, row: dict[str, Any]) -> str:
    return f"{path}:{row['line']}: {row['before']} → {row['after']}"
