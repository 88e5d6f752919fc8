"""Cuts the part of a text that shows why it was found.

FTS5 itself finds the matches, in a small index in memory with the texts of one page: they are
exactly those of the search, and cost the same however large the history is.
Unspaced scripts are single characters there, so that a match ends where what was looked for ends.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.history.search.word_breaks import Separated

if TYPE_CHECKING:
    from collections.abc import Sequence

TOKENIZER: Final = "unicode61 remove_diacritics 2"
"""As in the migration that makes the index."""

_BEFORE: Final = 50
_LONGEST: Final = 200
_SPACE: Final = re.compile(r"\s+")
_CREATE: Final = f'CREATE VIRTUAL TABLE page USING fts5 (content, names, tokenize="{TOKENIZER}")'


class Snippet(Struct, frozen=True):
    """A part of a text on one line."""

    text: str
    highlights: list[list[int]]
    at: int
    """Where its first match begins in the whole text, in code points."""


def matches(
    in_page: str, texts: Sequence[tuple[str, str]]
) -> list[tuple[list[list[int]], list[list[int]]]]:
    """Finds the matches of an expression in each of `texts`, pairs of content and names.

    The places are `[start, end]` in code points, in order, and none begins before another ends.
    """
    begin, end = f"\ufdd0{secrets.token_hex(8)}", f"\ufdd1{secrets.token_hex(8)}"
    pages = [tuple(Separated(part) for part in pair) for pair in texts]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(_CREATE)
        connection.executemany(
            "INSERT INTO page (rowid, content, names) VALUES (?, ?, ?)",
            [(n, *(part.text.replace("\0", " ") for part in pair)) for n, pair in enumerate(pages)],
        )
        found = connection.execute(
            "SELECT rowid, highlight(page, 0, :begin, :end), highlight(page, 1, :begin, :end) "
            "FROM page WHERE page MATCH :match",
            {"begin": begin, "end": end, "match": in_page},
        )
        marked = {row[0]: row[1:] for row in found}
    unmarked = ("", "")
    return [
        (
            _originals(content, _places(marked_content, begin, end)),
            _originals(names, _places(marked_names, begin, end)),
        )
        for (content, names), (marked_content, marked_names) in zip(
            pages, (marked.get(n, unmarked) for n in range(len(pages))), strict=True
        )
    ]


def _originals(text: Separated, places: list[list[int]]) -> list[list[int]]:
    return [text.original(start, end) for start, end in places]


def _places(marked: str, begin: str, end: str) -> list[list[int]]:
    places: list[list[int]] = []
    at = 0
    for piece in marked.split(begin)[1:]:
        inside, _, after = piece.partition(end)
        if not places:
            at = marked.index(begin)
        places.append([at, at + len(inside)])
        at += len(inside) + len(after)
    return places


def snippet(text: str, places: Sequence[Sequence[int]]) -> Snippet:
    """Returns the part of `text` with the most of `places`, the first of several."""
    start, stop = _window(text, places)
    inside = [place for place in places if start <= place[0] and place[1] <= stop]
    pieces = ["…" if start else ""]
    highlights: list[list[int]] = []
    at, length = start, len(pieces[0])
    for first, last in inside:
        before, found = _one_line(text[at:first]), _one_line(text[first:last])
        length += len(before)
        highlights.append([length, length + len(found)])
        length += len(found)
        pieces += [before, found]
        at = last
    pieces += [_one_line(text[at:stop]), "…" if stop < len(text) else ""]
    return Snippet("".join(pieces), highlights, inside[0][0] if inside else start)


def _window(text: str, places: Sequence[Sequence[int]]) -> tuple[int, int]:
    """Returns where the snippet begins and ends, between words if a word ends nearby."""
    best, most = (places[0] if places else (0, 0)), 0
    last = 0
    for number, place in enumerate(places):
        last = max(last, number)
        while last < len(places) and places[last][1] - place[0] <= _LONGEST - _BEFORE:
            last += 1
        if last - number > most:
            best, most = place, last - number
    start = max(0, best[0] - _BEFORE)
    if start:
        space = _SPACE.search(text, start, best[0])
        start = space.end() if space else start
    stop = min(len(text), max(start + _LONGEST, best[1]))
    if stop < len(text):
        spaces = list(_SPACE.finditer(text, max(stop - _BEFORE, best[1]), stop))
        stop = spaces[-1].start() if spaces else stop
    return start, stop


def _one_line(text: str) -> str:
    return _SPACE.sub(" ", text)
