# ruff: noqa: RUF001 - letters of other scripts are what these tests are about
"""Every text becomes a tsvector, however large it is and whatever is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antiphon.history.postgresql.search.tsquery import to_tsquery
from antiphon.history.postgresql.search.tsvector import LAST_PLACE, MOST_PLACES, to_tsvector
from antiphon.history.postgresql.search.words import words_of
from antiphon.history.search.query import read_query
from antiphon.history.search.word_breaks import paired

if TYPE_CHECKING:
    from antiphon.history.postgresql.driver.connection import PostgresqlConnection

LIKELY = st.sampled_from("aZé\u0301脚本写กิ９_-'\\\"&|:*()<>! \n\t\x01🎉\ue000\ufdd0")
TEXTS = st.text(st.one_of(LIKELY, st.characters(exclude_categories=["Cs"])))


def found(connection: PostgresqlConnection, query: str, content: str, names: str = "") -> bool:
    match = to_tsquery(term.in_index for term in read_query(query))
    statement = "SELECT CAST(CAST(? AS TEXT) AS TSVECTOR) @@ CAST(CAST(? AS TEXT) AS TSQUERY)"
    return connection.execute(statement, (to_tsvector(content, names), match)).fetchone()[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, TEXTS)
def test_a_tsvector_has_exactly_the_words_of_the_text_and_the_names(
    connection: PostgresqlConnection, content: str, names: str
) -> None:
    statement = "SELECT lexeme, positions, weights FROM unnest(CAST(CAST(? AS TEXT) AS TSVECTOR))"
    rows = connection.execute(statement, (to_tsvector(content, names),)).fetchall()

    placed = sorted(
        (place, weight, row["lexeme"])
        for row in rows
        for place, weight in zip(row["positions"], row["weights"], strict=True)
    )
    assert [word for _, weight, word in placed if weight == "A"] == words_of(paired(names))
    assert [word for _, weight, word in placed if weight == "D"] == words_of(paired(content))


def test_a_phrase_is_in_the_text_or_in_the_names_and_never_in_both(connection) -> None:
    assert found(connection, '"b c"', "a b c")
    assert found(connection, '"b c"', "x", "a b c")
    assert found(connection, "x b", "x", "a b c")
    assert not found(connection, '"c x"', "x", "a b c")
    assert found(connection, '"b ch"*', "a b chapter")
    assert found(connection, "脚本化", "写脚本化。")
    assert not found(connection, "脚化", "写脚本化。")


def test_all_words_of_a_long_text_are_found_and_phrases_of_its_beginning(connection) -> None:
    text = " ".join(f"w{number}" for number in range(2 * LAST_PLACE))

    assert found(connection, "w0 w32765", text)
    assert found(connection, '"w16000 w16001"', text)
    assert not found(connection, '"w20000 w20001"', text)
    assert found(connection, '"name tag"', text, "name tag")


def test_a_word_that_occurs_more_often_than_places_are_kept_is_found(connection) -> None:
    text = "again " * MOST_PLACES + "again last"

    assert found(connection, "again last", text)
    assert not found(connection, '"again last"', text)


def test_of_more_different_words_than_fit_the_first_are_found(connection) -> None:
    text = " ".join(f"word-number-{number:07}" for number in range(200_000))

    assert found(connection, "0000000 0060000", text)
    assert not found(connection, "0199999", text)


@pytest.mark.parametrize("letter", ["x", "ж", "𝒳"])
def test_a_word_without_end_is_found_whole_and_by_its_beginning(connection, letter: str) -> None:
    text = f"before {letter * 5000} after"

    assert found(connection, letter * 4000, text)
    assert found(connection, letter * 300 + "*", text)


def test_as_many_names_as_a_prompt_may_have_leave_places_to_its_text(connection) -> None:
    names = "\n".join(f"file{number}.py" for number in range(20_000))

    assert found(connection, '"the end" file19999', "this is the end", names)
