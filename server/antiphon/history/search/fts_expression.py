"""Writes terms as an expression of FTS5 (https://sqlite.org/fts5.html, section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.history.search.query import Words


def to_fts_expression(terms: Iterable[Words]) -> str:
    """Returns the expression that all of `terms` match.

    Every term goes into it quoted, so that no query is a syntax error.
    """
    return " ".join(dict.fromkeys(f'"{each.text}"{" *" if each.begins else ""}' for each in terms))
