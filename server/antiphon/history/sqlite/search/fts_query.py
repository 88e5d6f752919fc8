"""What a person looks for, as an expression of FTS5 (https://sqlite.org/fts5.html, section 3).

Words must all be there, `"several words"` are a phrase, and `begin*` is the beginning of a word.
Nothing else means anything: `AND`, `NOT`, brackets, colons and SQL are plain words or what stands
between words. Every term goes into the expression quoted, so that no query is a syntax error.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from antiphon.history.sqlite.driver import parameters
from antiphon.model.failure import AntiphonError, error

MOST_TERMS: Final = 64
MOST_CHARACTERS: Final = 4096

_TERM: Final = re.compile(r'"(?P<phrase>[^"]*)"(?P<open>\*?)|(?P<word>[^\s"]+)')
# Thai, Lao, Myanmar, Khmer, kana, Han and Hangul: whole phrases are one word to the index, or words
# grow endings, so what is looked for there is taken for a beginning.
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    r"\U00020000-\U0003ffff]$"
)
_SHORTEST_BEGINNING: Final = 2


def to_fts_query(query: str) -> str:
    """The FTS5 expression of `query`.

    Raises `AntiphonError` of kind `invalid_params` where there is no word in it, where it is too
    long, or where a beginning has a single letter, which nearly everything begins with.
    """
    if len(query) > MOST_CHARACTERS:
        raise _refusal(f"The query is longer than {MOST_CHARACTERS:,} characters.")
    text = parameters.text(query).replace("\0", " ")
    terms = [term for found in _TERM.finditer(text) if (term := _term(found))]
    if not terms:
        raise _refusal("There is no word in the query.")
    if len(terms) > MOST_TERMS:
        raise _refusal(f"The query has more than {MOST_TERMS} terms.")
    return " ".join(dict.fromkeys(terms))


def _term(found: re.Match[str]) -> str:
    phrase = found["phrase"]
    words = found["word"] if phrase is None else phrase
    is_open = words.endswith("*") if phrase is None else bool(found["open"])
    letters = sum(map(_is_letter, words))
    if letters == 0:
        return ""
    words = words.rstrip("*")
    if _UNSPACED.search(words):
        is_open = True
    elif is_open and letters < _SHORTEST_BEGINNING:
        raise _refusal(f"The beginning {words}* is too short: write two letters of it at least.")
    return f'"{words}"{" *" if is_open else ""}'


def _is_letter(character: str) -> bool:
    """Whether the index's tokenizer takes it for a part of a word."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"


def _refusal(message: str) -> AntiphonError:
    return error(
        "invalid_params",
        message,
        hint='Write words that must all be there, "a phrase", or the beginning of a word*.',
        field="$.query",
    )
