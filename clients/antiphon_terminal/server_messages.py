"""What the server says to the person: each thing once, and mistakes in the settings in one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from antiphon_terminal.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MISTAKE: Final = re.compile(r"Antiphon: antiphon\.(?P<setting>[^\s:]+): (?P<told>.*)", re.DOTALL)
_PLACE: Final = re.compile(r" \([^()]*\)")
_ENDS: Final = (".", "?", "!")
_NAMED: Final = 3
"""How many settings are named; `antiphon config check` names them all."""


def warnings_of(messages: Iterable[str]) -> Iterator[str]:
    """The lines for stderr, mistakes in the settings first."""
    mistakes: dict[str, str] = {}
    others: list[str] = []
    for message in dict.fromkeys(messages):
        found = _MISTAKE.fullmatch(message)
        if found is None:
            others.append(message.removeprefix("Antiphon: "))
        else:
            mistakes.setdefault(found["setting"], found["told"])
    if mistakes:
        yield f"Warning: {clean_line(_in_one_line(mistakes))}"
    for message in others:
        yield f"Warning: {clean_line(message)}"


def _in_one_line(mistakes: dict[str, str]) -> str:
    more = "`antiphon config check` tells where."
    if len(mistakes) == 1:
        ((setting, told),) = mistakes.items()
        short = _PLACE.sub("", told, count=1)
        return f"{setting} {short}{'' if short.endswith(_ENDS) else '.'} {more}"
    named = ", ".join([*mistakes][:_NAMED])
    rest = len(mistakes) - _NAMED
    others = f" and {rest} more" if rest > 0 else ""
    return f"{named}{others} are not as they should be. {more}"
