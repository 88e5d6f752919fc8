"""The overview of what several answers say, as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.comparison.consensus import agreement
from antiphon.engine.document.render import open_fence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from antiphon.engine.comparison.consensus import ClaimGroup

_HONESTLY = (
    "Statements are taken for the same where they are put in nearly the same words. "
    "This says nothing of which of them are true."
)


def overview(titles: Sequence[str], groups: Sequence[ClaimGroup]) -> str:
    """What all answers say, what some say, and what each says alone; `titles` names the answers."""
    titles = [" ".join(title.split()) for title in titles]
    total = len(titles)
    percent = round(agreement(groups, total) * 100)
    by_verdict = {
        verdict: [group for group in groups if group.verdict(total) == verdict]
        for verdict in ("all", "some", "one")
    }
    blocks = [
        f"# What {total} answers say",
        f"{', '.join(titles)}: {percent} % agreement.",
        f"> {_HONESTLY}",
        f"## All {total} say" if by_verdict["all"] else "",
        *(_point(group) for group in by_verdict["all"]),
        "## Some say" if by_verdict["some"] else "",
        *(_point(group, _names(titles, group.answers)) for group in by_verdict["some"]),
    ]
    for index, title in enumerate(titles):
        alone = [group for group in by_verdict["one"] if group.answers == [index]]
        blocks += [f"## {title} alone says" if alone else "", *map(_point, alone)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _point(group: ClaimGroup, names: str = "") -> str:
    passage = group.said[0].passage
    if passage.is_code:
        fence = open_fence(passage.text)
        code = f"{passage.text.rstrip()}\n{fence}" if fence else passage.text
        return f"{code}\n\n({names})" if names else code
    words = " ".join(passage.text.split())
    return f"- {words} ({names})" if names else f"- {words}"


def _names(titles: Sequence[str], answers: Iterable[int]) -> str:
    return ", ".join(titles[index] for index in answers)
