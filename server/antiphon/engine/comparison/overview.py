"""Renders the overview of what several answers say, as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.comparison.consensus import compute_agreement
from antiphon.engine.document.render import open_fence
from antiphon.model.values.number_format import format_percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from antiphon.engine.comparison.consensus import ClaimGroup

_NOTICE = (
    "Statements count as the same if they are put in nearly the same words. "
    "This does not tell which of them are true."
)


def overview(titles: Sequence[str], groups: Sequence[ClaimGroup]) -> str:
    """Returns a document of what all answers say, what some say, and what one says.

    `titles` names the answers.
    """
    titles = [" ".join(title.split()) for title in titles]
    total = len(titles)
    agreed = format_percent(compute_agreement(groups, total))
    by_verdict = {
        verdict: [group for group in groups if group.verdict(total) == verdict]
        for verdict in ("all", "some", "one")
    }
    blocks = [
        f"# What {total} answers say",
        f"{', '.join(titles)}: {agreed} agreement.",
        f"> {_NOTICE}",
        f"## All {total} say" if by_verdict["all"] else "",
        *(_format_point(group) for group in by_verdict["all"]),
        "## Some say" if by_verdict["some"] else "",
        *(
            _format_point(group, _join_titles(titles, group.answers))
            for group in by_verdict["some"]
        ),
    ]
    for index, title in enumerate(titles):
        single = [group for group in by_verdict["one"] if group.answers == [index]]
        blocks += [f"## {title} alone says" if single else "", *map(_format_point, single)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _format_point(group: ClaimGroup, names: str = "") -> str:
    statement = group.claims[0].statement
    if statement.is_code:
        fence = open_fence(statement.text)
        code = f"{statement.text.rstrip()}\n{fence}" if fence else statement.text
        return f"{code}\n\n({names})" if names else code
    words = " ".join(statement.text.split())
    return f"- {words} ({names})" if names else f"- {words}"


def _join_titles(titles: Sequence[str], answers: Iterable[int]) -> str:
    return ", ".join(titles[index] for index in answers)
