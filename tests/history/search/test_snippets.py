"""A snippet shows what was found, exactly, and where it is from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from antiphon.history.search.fts_expression import to_fts_expression
from antiphon.history.search.query import read_query
from antiphon.history.search.snippets import matches, snippet

WORDS = st.lists(
    st.sampled_from(["plain", "naïve", "needle", "日本", "🎉", "x\ny", "\t", "Needle."])
)


def found_in(text: str, query: str = "needle"):
    [(places, _)] = matches(
        to_fts_expression(term.in_page for term in read_query(query)), [(text, "")]
    )
    return places


def test_matches_are_told_in_code_points_without_accents_and_case() -> None:
    text = "🎉 Ein Café\0cafe, CAFÉ"

    assert [text[start:end] for start, end in found_in(text, "café")] == ["Café", "cafe", "CAFÉ"]


def test_a_text_that_does_not_fit_has_no_matches() -> None:
    assert matches(
        to_fts_expression(term.in_page for term in read_query("needle")),
        [("hay", ""), ("", "a needle")],
    ) == [
        ([], []),
        ([], [[2, 8]]),
    ]


def test_what_looks_like_a_mark_is_text() -> None:
    text = "\ufdd0 needle \ufdd1 <b>needle</b>"

    assert [text[start:end] for start, end in found_in(text)] == ["needle", "needle"]


def test_a_long_text_is_cut_between_words_where_matches_stand_together() -> None:
    text = "needle " + "hay " * 200 + "needle and needle\nagain " + "hay " * 200

    part = snippet(text, found_in(text))

    assert part.text.startswith("…")
    assert part.text.endswith("…")
    assert "needle and needle again" in part.text
    assert [part.text[a:b] for a, b in part.highlights] == ["needle", "needle"]
    assert text[part.at :].startswith("needle and")
    assert len(part.text) < 260


def test_matches_that_cannot_be_shown_together_are_not_counted_together() -> None:
    hay = "hay " * 40
    text = f"{hay}needle {hay}needle {hay}{hay}needle needle {hay}"

    part = snippet(text, found_in(text))

    assert "needle needle" in part.text
    assert [part.text[a:b] for a, b in part.highlights] == ["needle", "needle"]


def test_a_word_without_end_is_shown_whole() -> None:
    text = "x" * 5000

    part = snippet(text, [[0, 5000]])

    assert part.highlights == [[0, 5000]]


def test_nothing_to_show_is_shown_as_the_beginning() -> None:
    assert snippet("", []).text == ""
    assert snippet("abc", []).text == "abc"
    assert snippet("abc def", []).text == "abc def"


@given(WORDS)
def test_every_highlight_is_a_match_on_one_line(words: list[str]) -> None:
    text = " ".join([*words, "needle"])

    part = snippet(text, found_in(text))

    assert "\n" not in part.text
    assert part.highlights
    for start, end in part.highlights:
        assert part.text[start:end].casefold() == "needle"
    assert text[part.at : part.at + 6].casefold() == "needle"


PLACES = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 30)), min_size=1, max_size=12)


@given(PLACES)
def test_no_other_part_that_begins_before_a_match_shows_more_of_them(steps: list[tuple[int, int]]):
    places: list[list[int]] = []
    end = 0
    for gap, length in steps:
        places.append([end + gap, end + gap + length])
        end += gap + length

    part = snippet("x" * (end + 500), places)

    most = max(
        sum(place[0] <= other[0] and other[1] - place[0] <= 150 for other in places)
        for place in places
    )
    assert len(part.highlights) >= most


def test_a_match_that_goes_on_after_the_part_is_not_marked() -> None:
    lengths: set[int] = set()
    for start in range(150, 260):
        part = snippet("x" * 500, [[0, 1], [start, start + 2]])
        assert [last - first for first, last in part.highlights] in ([1], [1, 2])
        lengths.add(len(part.text))
    assert len(lengths) == 1
