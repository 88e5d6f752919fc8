"""An answer may have so many bytes of UTF-8, and is cut between two characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.answers.longest_answer import AnswerSizeLimit

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.lists(TEXTS, max_size=6), st.integers(0, 40))
def test_what_is_allowed_is_the_longest_beginning_that_fits(pieces: list[str], most: int) -> None:
    limit = AnswerSizeLimit(most)
    whole = "".join(pieces).encode()
    allowed = ""
    for piece in pieces:
        allowed += limit.take(piece)
        if limit.passed:
            break
    assert allowed == whole[:most].decode(errors="ignore")
    assert limit.passed == (len(whole) > most)


def test_nothing_more_is_allowed_once_the_limit_is_passed() -> None:
    limit = AnswerSizeLimit(2)
    assert [limit.take("abc"), limit.take("d"), limit.take("")] == ["ab", "", ""]


def test_the_note_names_the_limit() -> None:
    assert AnswerSizeLimit(2 << 20).note == "the answer passed 2 MiB and was cut there"
    assert AnswerSizeLimit(1 << 19).note == "the answer passed 0.5 MiB and was cut there"
