"""Code takes the place of other text: line ends and indentation are the document's."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.code.reindent import fit_code

LINES = st.lists(st.text("ab \t", max_size=8), max_size=6)


def put(code: str, document: str, replaced: str) -> str:
    start = document.index(replaced)
    end = start + len(replaced)
    return document[:start] + fit_code(code, document, start, end) + document[end:]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_the_document_s_do(end):
    document = end.join(["a", "b", "c", ""])
    assert put("x\ny\n", document, f"b{end}") == end.join(["a", "x", "y", "c", ""])


def test_a_file_without_a_final_line_end_keeps_none():
    assert put("x\ny\n", "a\nb", "b") == "a\nx\ny"


def test_a_part_that_ends_in_a_line_end_keeps_one():
    assert put("x", "a\nb\nc\n", "b\n") == "a\nx\nc\n"


def test_code_without_indentation_takes_that_of_what_it_replaces():
    document = "class A:\n    def f(self):\n        return 1\n"
    found = put("def f(self):\n    return 2\n", document, document[9:])
    assert found == "class A:\n    def f(self):\n        return 2\n"


def test_a_selection_that_begins_after_the_indentation_moves_the_other_lines_too():
    document = "class A:\n    def f(self):\n        return 1\n"
    found = put("def f(self):\n    return 2\n", document, "def f(self):\n        return 1")
    assert found == "class A:\n    def f(self):\n        return 2\n"


def test_code_that_is_indented_already_is_left_as_it_is():
    assert put("\tx\n", "a\n\tb\n", "\tb\n") == "a\n\tx\n"
    assert put("    x\n", "a\n\tb\n", "\tb\n") == "a\n    x\n"


def test_blank_lines_get_no_indentation():
    assert put("x\n\ny\n", "a\n  b\n", "  b\n") == "a\n  x\n\n  y\n"


def test_an_empty_document_becomes_the_code():
    assert fit_code("x\n", "", 0, 0) == "x\n"


@given(LINES, LINES, st.sampled_from(["\n", "\r\n"]))
def test_whatever_is_replaced_no_line_is_lost_and_no_other_line_end_appears(code, lines, end):
    document = end.join([*lines, ""])
    found = fit_code("\n".join([*code, ""]), document, 0, len(document))
    wanted = end if end in document else "\n"
    assert set(re.findall(r"\r\n|\r|\n", found)) <= {wanted}
    assert [line.strip() for line in found.split(wanted)] == [*(line.strip() for line in code), ""]
