"""Problems by line and column, without a search of what is not read."""

from __future__ import annotations

from antiphon.engine.source_text.problems import SourceProblem, find_lines


def test_lines_are_counted_up_to_the_last_problem_and_no_further() -> None:
    text = "one\ntwo\nthree\nfour"
    lines = find_lines(text, [SourceProblem("early", 0, 3), SourceProblem("late", 5, 7)])
    assert [lines.at(each) for each in (0, 5)] == [(0, 0), (1, 1)]
    assert lines.line(text.index("four")) == 2


def test_a_text_without_problems_is_not_searched() -> None:
    assert find_lines("\n\n\n", []).line(3) == 1
