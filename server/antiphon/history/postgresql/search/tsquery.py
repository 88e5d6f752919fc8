"""Writes the terms of a query as a tsquery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.history.postgresql.search.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.history.search.query import Words

PHRASE: Final = " <-> "
"""Stands between the words of a phrase."""


def to_tsquery(terms: Iterable[Words]) -> str:
    """Returns the tsquery that all of `terms` match, or nothing if there is no word in them."""
    phrases = [phrase for term in terms if (phrase := _phrase(term))]
    return " & ".join(dict.fromkeys(phrases))


def _phrase(term: Words) -> str:
    words = [f"'{word}'" for word in words_of(term.text)]
    if words and term.begins:
        words[-1] += ":*"
    return f"({PHRASE.join(words)})" if words else ""
