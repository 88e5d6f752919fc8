"""Checks that a range that differs from what the model was shown is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.code.staleness import SentContext, find_stale_range
from antiphon.model.commands.code import CodeTarget
from antiphon.model.conversation.message import ContextDigest
from antiphon.model.values.positions import Position, Range

URI = "file:///w/app.py"
WAS = "a\nb\nc\nd\ne\n"


def lines(first: int, last: int) -> Range:
    """From the first line, as people count them, to the last one inclusive."""
    return Range(start=Position(line=first - 1, character=0), end=Position(line=last, character=0))


def shown(text: str = WAS, span: Range | None = None) -> SentContext:
    return SentContext(ContextDigest(label="x", uri=URI, sha256="0", bytes=1, range=span), text)


def look(now: str, span: Range | None, *parts: SentContext, by_text: bool | None = None):
    target = CodeTarget(uri=URI, range=span, by_text=by_text)
    return find_stale_range(target, now, "app.py", parts or [shown()])


@pytest.mark.parametrize(
    ("now", "span"),
    [
        (WAS, lines(2, 4)),
        (WAS, None),
        ("X\nb\nc\nd\ne\n", lines(2, 4)),
        (WAS.replace("\n", "\r\n"), None),
        (WAS.removesuffix("\n"), None),
    ],
)
def test_what_has_not_changed_in_the_place_is_not_overtaken(now, span):
    assert look(now, span) is None


def test_a_file_that_the_model_was_not_shown_is_nobodys_promise():
    assert find_stale_range(CodeTarget(uri=URI, range=lines(1, 2)), WAS, "app.py", []) is None


def test_the_changed_lines_are_named():
    found = look("a\nb\nX\nY\ne\n", lines(2, 5))
    assert found.range == lines(3, 4)
    assert found.message == "app.py has changed: lines 3 to 4 are not what the model was shown."
    assert found.elsewhere is None


def test_one_line_and_lines_that_are_gone_are_told_in_their_own_words():
    assert "line 3 is not what" in look("a\nb\nX\nd\ne\n", lines(1, 4)).message
    gone = look("a\nb\nc\n", None)
    assert gone.range.start == gone.range.end
    assert "what the model was shown at line 4 is gone" in gone.message


def test_where_the_words_stand_now_is_offered_if_that_is_one_place():
    found = look("new\n" + WAS, lines(2, 3))
    assert found.elsewhere.range == lines(3, 4)
    assert found.message.endswith("That text is in lines 3 to 4 now.")
    assert look("x\nx\nb\nc\n" + WAS, lines(2, 3)).elsewhere is None


def test_the_place_that_was_offered_is_the_models_own():
    now = "new\n" + WAS
    offered = look(now, lines(2, 3)).elsewhere
    assert find_stale_range(offered, now, "app.py", [shown()]) is None
    assert look(now, offered.range) is not None, "nobody said that its words are meant"
    assert look("x\n" + now, offered.range, by_text=True) is None, "the same words, moved again"
    assert look("x\ny\nz\n" + WAS, offered.range, by_text=True) is not None


def test_only_the_lines_that_the_model_was_shown_count():
    part = shown("b\nc\n", lines(2, 3))
    assert look("X\nb\nc\nY\nZ\n", lines(1, 5), part) is None
    found = look("X\nb\nY\nY\nZ\n", lines(1, 5), part)
    assert (found.range, found.elsewhere) == (lines(3, 3), None)
    assert look("a\nb\nc\nY\nZ\n", lines(4, 5), part) is None


def test_a_selection_inside_of_lines_is_compared_to_the_letter():
    span = Range(start=Position(line=1, character=2), end=Position(line=1, character=5))
    part = shown("cde", span)
    assert look("a\nabcdefg\n", span, part) is None
    assert look("a\nabXdefg\n", span, part).range == lines(2, 2)
    inner = Range(start=Position(line=1, character=3), end=Position(line=1, character=5))
    assert look("a\nabXdefg\n", inner, part) is None


def test_a_line_like_many_others_is_not_taken_for_the_one_that_was_shown():
    was = "{\n}\nx\n{\n}\n"
    found = look("{\n}\n}\n{\n}\n", lines(3, 3), shown(was))
    assert found.range == lines(3, 3)


@given(st.text("ab\n", max_size=40), st.integers(0, 8), st.integers(0, 8))
def test_a_document_that_is_as_it_was_is_never_overtaken(text, first, count):
    assert look(text, lines(first + 1, first + count), shown(text)) is None
    assert look(text, None, shown(text)) is None


def test_text_that_is_at_the_very_beginning_now_is_offered_too():
    assert look("b\nc\nx\ny\n", lines(2, 3)).elsewhere.range == lines(1, 2)


def test_every_part_that_the_model_was_shown_is_compared():
    now, span = "a\nX\nc\n", lines(2, 2)
    as_it_is, as_it_was = shown("X\n", span), shown("a\nb\nc\n")
    assert look(now, span, as_it_is) is None
    assert look(now, span, as_it_is, as_it_was).range == span


def test_a_part_that_agrees_or_is_elsewhere_does_not_hide_one_that_differs():
    now, span = "a\nX\nc\n", lines(2, 2)
    elsewhere, same_words, as_it_was = shown("z\n", lines(9, 9)), shown("X\nb\n"), shown()
    assert look(now, span, elsewhere, as_it_was).range == span
    assert look(now, span, same_words, by_text=True) is None
    assert look(now, span, same_words, as_it_was, by_text=True).range == span
