"""What was found is kept, counted by package, and accepted only with a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scripts.mutate.mutant import REMOVED, Mutant, describe_change
from scripts.mutate.outcomes.accepted import Accepted, load_accepted
from scripts.mutate.outcomes.report import count_by_package, format_survivor, list_survivors
from scripts.mutate.outcomes.results import Results

if TYPE_CHECKING:
    from pathlib import Path

PATH = "server/antiphon/engine/pane/live_pane.py"
MUTANT = Mutant(PATH, 7, "Lt_LtE", "if a < b:", "if a <= b:", "…")
ACCEPTED = f"""
[[accepted]]
path = "{PATH}"
before = "if a < b:"
after = "if a <= b:"
reason = "Equal at the limit."
"""


def test_a_change_is_described_by_its_lines() -> None:
    assert describe_change("a\n  b\nc\n", "a\n  d\nc\n") == (2, "b", "d")
    assert describe_change("@a\nb\n", "b\n") == (1, "@a", REMOVED)


def test_a_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    kept = Results(tmp_path).add(MUTANT, "survived", "3 passed", "source", "tests")
    assert Results(tmp_path).find(MUTANT, "source", "tests") == kept
    assert Results(tmp_path).find(replace(MUTANT, line=8), "source", "tests") is None


def test_a_survivor_is_run_again_when_a_test_has_changed_and_all_when_the_file_has(
    tmp_path: Path,
) -> None:
    results = Results(tmp_path)
    results.add(MUTANT, "survived", "3 passed", "source", "tests")
    assert results.find(MUTANT, "source", "other tests") is None
    results.add(MUTANT, "caught", "a test", "source", "tests")
    assert results.find(MUTANT, "source", "other tests") is not None
    assert results.find(MUTANT, "other source", "tests") is None


def test_the_table_counts_each_package_and_the_part(tmp_path: Path) -> None:
    results = Results(tmp_path)
    found = [
        results.add(replace(MUTANT, line=1), "caught", "a test", "s", "t"),
        results.add(replace(MUTANT, line=2), "too slow", "20 s", "s", "t"),
        results.add(replace(MUTANT, line=3, after="if a > b:"), "survived", "", "s", "t"),
        results.add(replace(MUTANT, line=4), "survived", "", "s", "t"),
    ]
    accepted = Accepted(ACCEPTED)
    tallies = count_by_package(found, accepted)
    assert list(tallies) == ["server/antiphon/engine", "server/antiphon/engine/pane"]
    pane = tallies["server/antiphon/engine/pane"]
    assert (pane.made, pane.caught, pane.accepted, pane.per_cent) == (4, 2, 1, 66)
    assert [format_survivor(each) for each in list_survivors(found, accepted)] == [
        f"{PATH}:3  if a < b:  →  if a > b:"
    ]


def test_what_is_accepted_is_still_in_its_file_and_has_a_reason(root: Path) -> None:
    for row in load_accepted().rows:
        lines = (root / row["path"]).read_text(encoding="utf-8").splitlines()
        assert row["before"] in " ".join(filter(None, map(str.strip, lines))), row
        assert len(row["reason"]) > 10, row
