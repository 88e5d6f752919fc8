"""Writes the words of a message as the literal of a tsvector.

A tsvector is limited, and a text is not
(https://www.postgresql.org/docs/current/textsearch-limitations.html):

- A word keeps its first 255 places, and none after the 16,383rd word of its message. It is found
  all the same; a phrase is found only by places that are kept.
- All different words of a message together have at most one mebibyte. Those that do not fit, some
  hundred thousand later, are not found.
"""

from __future__ import annotations

from itertools import islice
from typing import Final

from antiphon.history.postgresql.search.words import words_of
from antiphon.history.search.word_breaks import paired

MOST_PLACES: Final = 255
LAST_PLACE: Final = 16_383
MOST_BYTES: Final = 2**20 - 1
NAMES_WEIGHT: Final = "A"

_MOST_NAMES: Final = 1_000
"""How many words of names have places: those of the content come after them."""
_GAP: Final = 2
"""Between a name's last word and the content's first one, so that no phrase has both."""


def to_tsvector(content: str, names: str) -> str:
    """Returns the literal of a message's words, those of `names` with a weight of their own."""
    places: dict[str, list[str]] = {}
    named = words_of(paired(names))
    for place, word in enumerate(named, 1):
        known = places.setdefault(word, [])
        if place <= _MOST_NAMES and len(known) < MOST_PLACES:
            known.append(f"{place}{NAMES_WEIGHT}")
    first = min(len(named), _MOST_NAMES) + _GAP
    words = iter(words_of(paired(content)))
    for place, word in enumerate(islice(words, LAST_PLACE - first + 1), first):
        known = places.setdefault(word, [])
        if len(known) < MOST_PLACES:
            known.append(str(place))
    for word in words:
        places.setdefault(word, [])
    return " ".join(_that_fit(places))


def _that_fit(places: dict[str, list[str]]) -> list[str]:
    """Returns the entries of as many words as a tsvector can hold, the first ones."""
    entries: list[str] = []
    left = MOST_BYTES
    for word, known in places.items():
        left -= len(word.encode()) + 4 + 2 * len(known)
        if left < 0:
            break
        entries.append(f"'{word}':{','.join(known)}" if known else f"'{word}'")
    return entries
