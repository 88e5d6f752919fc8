"""Keeps what became of each mutant in a file, so that a run goes on where it stopped."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

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
    """All that is known of the mutants of earlier runs and this one."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._kept: dict[str, Result] = {}
        if place.exists():
            rows: list[dict[str, Any]] = json.loads(place.read_text(encoding="utf-8"))
            self._kept = {_key(row["path"], row): Result(**row) for row in rows}

    def find(self, mutant: Mutant, source: str, tests: str) -> Result | None:
        """Returns what is known of a mutant, if it holds for this file and these tests.

        What was caught is not run again because tests have changed; what survived is.
        """
        known = self._kept.get(_key(mutant.path, asdict(mutant)))
        if known is None or known.source != source:
            return None
        return known if known.outcome != "survived" or known.tests == tests else None

    def add(self, mutant: Mutant, outcome: Outcome, by: str, source: str, tests: str) -> Result:
        """Keeps a result, in the file too."""
        change = mutant.path, mutant.line, mutant.operator, mutant.before, mutant.after
        result = Result(*change, outcome, by, source, tests)
        self._kept[_key(mutant.path, asdict(result))] = result
        rows = [asdict(each) for _, each in sorted(self._kept.items())]
        self._place.parent.mkdir(parents=True, exist_ok=True)
        draft = self._place.with_suffix(".draft")
        draft.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
        draft.replace(self._place)
        return result


def _key(path: str, row: dict[str, Any]) -> str:
    return f"{path}:{row['line']}: {row['before']} → {row['after']}"
