"""Reads a user's query: words, phrases and beginnings of words.

Words must all be there, `"several words"` are a phrase, and `begin*` is the beginning of a word.
Nothing else is special: `AND`, `NOT`, brackets, colons and SQL are plain words or separators of
words.
Words are broken as the index breaks them: `用Python` is the phrase `用 Python`, and a term that
ends in an unspaced script is found wherever its characters follow each other, a single one too.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from antiphon.history.search.word_breaks import pairs, pieces, singles
from antiphon.history.sql import parameters
from antiphon.model.failure import AntiphonError, error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.history.search.word_breaks import Piece

MOST_TERMS: Final = 64
MOST_CHARACTERS: Final = 4096

_TERM: Final = re.compile(r'"(?P<phrase>[^"]*)"(?P<open>\*?)|(?P<word>[^\s"]+)')
_SHORTEST_BEGINNING: Final = 2


class Words(Struct, frozen=True):
    """Words that follow each other, as a text that is still to be cut into words."""

    text: str
    begins: bool = False
    """Whether the last one is only the beginning of a word."""


class Term(Struct, frozen=True):
    """One term of a query, in the words of the index and in those of a page's texts."""

    in_index: Words
    """Over texts whose unspaced scripts are pairs (`word_breaks.paired`)."""
    in_page: Words
    """Over texts whose unspaced scripts are single characters (`word_breaks.Separated`)."""


def read_query(query: str) -> list[Term]:
    """Returns the terms of `query`, which must all match.

    Raises `AntiphonError` of kind `invalid_params` if there is no word in it, if it is too long,
    or if a beginning has a single letter, which nearly everything begins with.
    """
    if len(query) > MOST_CHARACTERS:
        raise _refusal(f"The query is longer than {MOST_CHARACTERS:,} characters.")
    text = parameters.text(query).replace("\0", " ")
    terms = [term for found in _TERM.finditer(text) if (term := _term(found))]
    if not terms:
        raise _refusal("There is no word in the query.")
    if len(terms) > MOST_TERMS:
        raise _refusal(f"The query has more than {MOST_TERMS} terms.")
    return terms


def _term(found: re.Match[str]) -> Term | None:
    phrase = found["phrase"]
    words = found["word"] if phrase is None else phrase
    is_open = words.endswith("*") if phrase is None else bool(found["open"])
    if not _has_letter(words):
        return None
    words = words.rstrip("*")
    # An index has no mark that follows no character, so a run of marks alone finds nothing.
    parts = [replace(each, run=each.letters) for each in pieces(words)]
    while parts and not parts[-1].run and not _has_letter(parts[-1].text):
        parts.pop()
    if not parts:
        return None
    *before, last = parts
    if last.run:
        # A single character begins the pairs that it is in.
        begins = is_open or len(last.run) == 1
        return Term(
            _words(
                [*(_text(each, pairs) for each in before), pairs(last.run, ended=False)], begins
            ),
            _words([*(_text(each, singles) for each in before), singles(last.run, ended=False)]),
        )
    if is_open and sum(map(_is_letter, words)) < _SHORTEST_BEGINNING:
        raise _refusal(f"The beginning {words}* is too short: write two letters of it at least.")
    return Term(
        _words([_text(each, pairs) for each in parts], is_open),
        _words([_text(each, singles) for each in parts], is_open),
    )


def _words(texts: Sequence[str], begins: bool = False) -> Words:
    return Words(" ".join(texts), begins)


def _text(piece: Piece, words_of: Callable[[Sequence[str]], str]) -> str:
    return words_of(piece.run) if piece.run else piece.text


def _has_letter(text: str) -> bool:
    return any(map(_is_letter, text))


def _is_letter(character: str) -> bool:
    """Checks whether the index's tokenizer treats the character as a part of a word."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"


def _refusal(message: str) -> AntiphonError:
    return error(
        "invalid_params",
        message,
        hint='Write words that must all be there, "a phrase", or the beginning of a word*.',
        field="$.query",
    )
