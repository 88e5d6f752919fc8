"""What a person types is always a search or a clear refusal, never an error of SQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.history.search.fts_expression import to_fts_expression
from antiphon.history.search.query import MOST_CHARACTERS, MOST_TERMS, read_query
from antiphon.model.failure import AntiphonError


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("two words", '"two" "words"'),
        ('"a phrase" more', '"a phrase" "more"'),
        ("begin*", '"begin" *'),
        ('"some begin"*', '"some begin" *'),
        ('"unbalanced words', '"unbalanced" "words"'),
        ("AND OR NOT NEAR", '"AND" "OR" "NOT" "NEAR"'),
        ("content:secret (a) ^b -c +d", '"content:secret" "(a)" "^b" "-c" "+d"'),
        ("'; DROP TABLE messages; --", '"DROP" "TABLE" "messages;"'),
        ("🎉 party", '"party"'),
        ("twice twice", '"twice"'),
        ("nul\0byte", '"nul" "byte"'),
        ("日本", '"日本"'),
        ("次", '"次" *'),
        ("日本語*", '"日本 本語" *'),
        ("用Python写", '"用 Python 写" *'),
        ("脚本。", '"脚本"'),
        ('"脚本 Python"', '"脚本 本  Python"'),
        ("\uff21\uff30\uff29", '"API"'),
        ("ﾃﾞｰﾀ", '"デー ータ"'),
        ("a**", None),
        ("be**", '"be" *'),
        ('""', None),
        ("", None),
        ("  \n", None),
        ("*", None),
        ("(", None),
        ("🎉", None),
        ('" * "', None),
    ],
)
def test_a_query_is_words_phrases_and_beginnings_and_all_else_is_punctuation(
    query, expected
) -> None:
    if expected is not None:
        assert to_fts_expression(term.in_index for term in read_query(query)) == expected
        return
    with pytest.raises(AntiphonError) as caught:
        read_query(query)
    assert caught.value.failure.kind == "invalid_params"
    assert caught.value.field == "$.query"


@pytest.mark.parametrize("query", ["x" * (MOST_CHARACTERS + 1), " ".join(map(str, range(100)))])
def test_a_query_without_end_is_refused(query) -> None:
    assert MOST_TERMS < 100
    with pytest.raises(AntiphonError):
        read_query(query)


@given(st.text(alphabet=st.one_of(st.sampled_from("\"*()^:+-{}'\\ aé日🎉\0"), st.characters())))
def test_no_query_is_a_syntax_error(query: str) -> None:
    try:
        terms = read_query(query)
    except AntiphonError as refused:
        assert refused.failure.kind == "invalid_params"  # noqa: PT017 - either is right
        return
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5 (a, b)")
        for each in ([term.in_index for term in terms], [term.in_page for term in terms]):
            connection.execute(
                "SELECT * FROM t WHERE t MATCH ?", (to_fts_expression(each),)
            ).fetchall()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("begin*", '"begin" *'),
        ("次", '"次"'),
        ("日本語*", '"日 本 語"'),
    ],
)
def test_on_a_page_an_unspaced_script_is_single_characters_that_match_themselves(
    query, expected
) -> None:
    assert to_fts_expression(term.in_page for term in read_query(query)) == expected
