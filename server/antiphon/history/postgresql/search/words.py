"""Cuts text into the words of the search index, exactly those of SQLite's FTS5.

What a letter is, and which letters are the same, FTS5's tokenizer itself says, once for each
character that occurs. So both databases find the same, in any locale and without an extension.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from antiphon.history.search.snippets import TOKENIZER

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_BYTES: Final = 2046
"""How long a word can be in a tsvector. Longer ones are cut, in the index and in queries."""

_LONGEST_CHARACTERS: Final = LONGEST_BYTES // 4
_CREATE: Final = f'CREATE VIRTUAL TABLE asked USING fts5 (alone, tokenize="{TOKENIZER}")'
_WORDS: Final = "CREATE VIRTUAL TABLE words USING fts5vocab (asked, instance)"
_SEPARATOR: Final = " "
_folded: dict[int, str] = {}
"""What each character becomes: a letter, nothing if it is an accent, or a separator."""


def words_of(broken: str) -> list[str]:
    """Returns the words of a text in their order, after `word_breaks` broke it."""
    unknown = {ord(character) for character in set(broken)} - _folded.keys()
    if unknown:
        _learn(unknown)
    words = broken.translate(_folded).split(_SEPARATOR)
    return [_cut(word) for word in words if word]


def _cut(word: str) -> str:
    if len(word) <= _LONGEST_CHARACTERS:
        return word
    return word.encode()[:LONGEST_BYTES].decode(errors="ignore")


def _learn(characters: Iterable[int]) -> None:
    """Asks FTS5 what it makes of these characters, alone and after a letter."""
    asked = [code for code in characters if code and not 0xD800 <= code <= 0xDFFF]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(_CREATE)
        connection.execute(_WORDS)
        connection.executemany(
            "INSERT INTO asked (rowid, alone) VALUES (?, ?)",
            [
                row
                for code in asked
                for row in ((2 * code, chr(code)), (2 * code + 1, f"a{chr(code)}b"))
            ],
        )
        found = {doc: term for term, doc in connection.execute("SELECT term, doc FROM words")}
    for code in characters:
        joins = found.get(2 * code + 1, "") not in ("", "a", "b")
        _folded[code] = found.get(2 * code, "" if joins else _SEPARATOR)
