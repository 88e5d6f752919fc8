# ruff: noqa: RUF001 - letters of other scripts are what these tests are about
"""Words end where scripts meet, and what is found in an unspaced script is what stands there."""

from __future__ import annotations

import sqlite3
import unicodedata
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from antiphon.history.search.fts_expression import to_fts_expression
from antiphon.history.search.query import read_query
from antiphon.history.search.snippets import TOKENIZER, matches
from antiphon.history.search.word_breaks import _SIGNS, Separated, paired
from antiphon.model.failure import AntiphonError

HAN = st.text(alphabet="脚本写一个の", max_size=12)
MIXED = st.text(alphabet="脚本写ん를ﾊﾟกิaB9é。, \u3099я", max_size=16)


def found_in_pairs(text: str, query: str) -> bool:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f'CREATE VIRTUAL TABLE t USING fts5 (a, tokenize="{TOKENIZER}")')
        connection.execute("INSERT INTO t VALUES (?)", (paired(text),))
        match = to_fts_expression(term.in_index for term in read_query(query))
        return bool(connection.execute("SELECT 1 FROM t WHERE t MATCH ?", (match,)).fetchall())


def found_on_page(text: str, query: str) -> list[str]:
    [(places, _)] = matches(
        to_fts_expression(term.in_page for term in read_query(query)), [(text, "")]
    )
    return [text[start:end] for start, end in places]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plain — “English” text, naïve café 🎉", None),
        ("Привет, мир", None),
        ("हिन्दी में", None),
        ("用Python写一个脚本", "用 Python 写一 一个 个脚 脚本 本"),
        ("FastAPI를", "FastAPI 를"),
        ("第3章", "第 3 章"),
        ("カタカナとひらがな", "カタ タカ カナ ナと とひ ひら らが がな な"),
        ("ﾃﾞｰﾀ", "デー ータ タ"),
        ("ＡＰＩの１", "API の 1"),
        ("か\u3099く", "がく く"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글 글"),
        ("Pythonом", "Python ом"),
        ("בPython", "ב Python"),
        ("v2для", "v2 для"),
        ("cafe\u0301это", "cafe\u0301 это"),
        ("脚本🎉本", "脚本 本 🎉 本"),
    ],
)
def test_words_break_where_the_script_changes_and_unspaced_scripts_become_pairs(
    text: str, words: str | None
) -> None:
    assert paired(text) == (text if words is None else words)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("用Python写一个脚本", "python"),
        ("用Python写一个脚本", "一个"),
        ("用Python写一个脚本", "脚本"),
        ("用Python写一个脚本", "本"),
        ("用Python写一个脚本", "用Python写"),
        ("用Python写一个脚本", "写一个脚本？"),
        ("FastAPI를 배운다", "FastAPI"),
        ("한국어는 어렵다", "국어"),
        ("ใช้Pythonเขียนโปรแกรม", "python"),
        ("ใช้Pythonเขียนโปรแกรม", "เขียน"),
        ("ใช้Pythonเขียนโปรแกรม", "แกรม"),
        ("ខ្ញុំសរសេរកូដ", "សេរ"),
        ("ＡＰＩを使う", "API"),
        ("apiを使う", "ＡＰＩ"),
        ("ﾃﾞｰﾀﾍﾞｰｽ", "データ"),
        ("データベース", "ﾍﾞｰｽ"),
        ("漢字とカナとかな", "カナと"),
        ("第42章の問題", "42"),
        ("完成🎉了Vue", "vue"),
        ("הרץ בDocker", "docker"),
        ("ال Python والPython", "python"),
        ("𠮷野家のAPI", "𠮷野"),
    ],
)
def test_what_stands_beside_another_script_or_within_a_run_is_found(text: str, query: str) -> None:
    assert found_in_pairs(text, query)
    shown = found_on_page(text, query)
    assert shown
    assert paired("".join(shown)).casefold().startswith(paired(query.rstrip("？")).casefold()[:1])


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("写一个脚本", "一脚"),
        ("脚 本", "脚本"),
        ("用Java写", "Python"),
        ("ก่า", "กา"),
        ("がく", "かく"),
        ("脚本Python", "脚Python"),
    ],
)
def test_what_does_not_stand_together_is_not_found(text: str, query: str) -> None:
    assert not found_in_pairs(text, query)
    assert found_on_page(text, query) == []


@given(HAN, st.text(alphabet="脚本写一个の", min_size=1, max_size=4))
@example("脚本", "本")
def test_characters_are_found_exactly_where_they_follow_each_other(text: str, query: str) -> None:
    assert found_in_pairs(text, query) == (query in text)
    shown = found_on_page(text, query)
    assert bool(shown) == (query in text)
    assert all(query in each for each in shown)


@given(MIXED, MIXED)
@example("กิ", "ﾟ。ﾟ")
@example("ก", "ﾟ。ﾟก")
@example("写を", "ﾟ写")
@example("写", "写。ﾟ")
@example("aB", "ﾟa")
@example("9ﾟก9", "9ก9")
@example("ﾟか", "か。か")
@example("写", "\u3099。写")
def test_what_is_found_in_the_index_is_marked_on_the_page(text: str, query: str) -> None:
    try:
        read_query(query)
    except AntiphonError:
        return
    assert found_in_pairs(text, query) == bool(found_on_page(text, query))


@given(st.text(alphabet=st.one_of(st.sampled_from("脚を를กิﾊﾟaé \u3099\0"), st.characters())))
def test_every_place_leads_back_to_its_original(text: str) -> None:
    separated = Separated(text)
    for place, character in enumerate(separated.text):
        if character.isascii() and character.isalnum():
            start, end = separated.original(place, place + 1)
            assert unicodedata.normalize("NFKC", text[start:end]) == character


@given(st.text())
def test_no_letter_is_lost_and_ascii_stays_as_it_is(text: str) -> None:
    assert (
        paired(text.encode("ascii", "ignore").decode()) == text.encode("ascii", "ignore").decode()
    )
    kept = set(unicodedata.normalize("NFKC", paired(text)))
    assert all(each in kept for each in unicodedata.normalize("NFKC", text) if each.isascii())


@pytest.mark.parametrize(
    "block", [(0x0E00, 0x0E80), (0x0E80, 0x0F00), (0x1000, 0x10A0), (0x1780, 0x1800)]
)
def test_every_sign_of_the_unspaced_scripts_is_kept_by_the_index(block: tuple[int, int]) -> None:
    signs = [code for code in range(*block) if unicodedata.category(chr(code)).startswith("M")]
    assert len(signs) > 10
    assert [code for code in signs if code not in _SIGNS] == []
