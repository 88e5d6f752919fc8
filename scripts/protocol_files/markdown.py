"""Tables in GitHub's Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of GitHub's Markdown with a blank line on either side."""
    titles = list(header)
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n" + "".join(f"| {' | '.join(cells)} |\n" for cells in lines) + "\n"


def cell(text: str) -> str:
    """Text as it may stand in a table's cell: one line, no bare bar."""
    return " ".join(text.split()).replace("|", "\\|")
