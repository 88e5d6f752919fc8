# ruff: noqa: RUF001 - letters of other scripts are what these tests are about
"""The words of the index are those that SQLite's FTS5 makes of the same text."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from antiphon.history.postgresql.search.words import LONGEST_BYTES, words_of
from antiphon.history.search.snippets import TOKENIZER

LIKELY = st.sampled_from(
    "aZé\u0301\u0327\u0305ßİıǅΣςᾳ脚를กิ９ﬁ_-'\\\"&|:*()<>!~ \n\t\x01🎉\ue000\ufdd0x"
)
TEXTS = st.text(st.one_of(LIKELY, st.characters(exclude_categories=["Cs"])))


def words_of_fts5(text: str) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f'CREATE VIRTUAL TABLE t USING fts5 (a, tokenize="{TOKENIZER}")')
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab (t, instance)")
        connection.execute("INSERT INTO t VALUES (?)", (text.replace("\0", " "),))
        return [row[0] for row in connection.execute("SELECT term FROM v ORDER BY offset")]


@given(TEXTS)
@example("")
@example("cafe\u0301 \u0301start a\u0301\u0301 b\u0305c")
@example("ÅNGSTRÖM Ǆ ﬃ Ⅷ ② ½ ª")
def test_words_are_those_of_fts5(text: str) -> None:
    assert words_of(text) == words_of_fts5(text)


@pytest.mark.parametrize(
    ("first", "last"), [(1, 0x2FFF), (0xA640, 0xABFF), (0xFB00, 0xFFFF), (0x10400, 0x104FF)]
)
def test_every_letter_and_accent_is_as_in_fts5(first: int, last: int) -> None:
    text = "\n".join(f"{chr(code)} x{chr(code)}y" for code in range(first, last + 1))

    assert words_of(text) == words_of_fts5(text)


def test_a_word_without_end_is_cut_between_characters() -> None:
    assert words_of("é" * 3000) == ["e" * LONGEST_BYTES]
    assert words_of("ж" * 3000) == ["ж" * (LONGEST_BYTES // 2)]
    assert words_of("x" + "𝒳" * 3000) == ["x" + "𝒳" * (LONGEST_BYTES // 4)]
