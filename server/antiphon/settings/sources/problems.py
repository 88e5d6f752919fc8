"""What is wrong with a setting, as a value: the field, where it was set, and a sentence."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import ValidationError

SourceName = Literal["default", "file", "environment", "initializationOptions", "workspace"]
"""Lowest first."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One setting, or one source of settings, that was not taken as it stands.

    `str(problem)` is the sentence for the person; it never repeats the value.
    """

    field: str
    """Dotted, as `timeouts.idleMs`; empty where a whole source is concerned."""
    source: SourceName
    text: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{dotted('antiphon', self.field)}: {self.text}" if self.field else self.text


def dotted(*names: str) -> str:
    """`timeouts.idleMs` of its parts; empty parts are left out."""
    return ".".join(name for name in names if name)


def reason_of(error: ValidationError) -> tuple[str, str]:
    """Where in a value its first fault is (`[1]`, `[0].limit`, or nothing), and what it must be."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ""
    for part in first["loc"]:
        if isinstance(part, int):
            place += f"[{part}]"
        elif place and part.isidentifier():  # of a list's element; else a type's inner name
            place += f".{part}"
    text = first["msg"].removeprefix("Value error, ")
    text = text.replace("Input should be", "must be").replace("String should", "must")
    text = text.replace("a valid tuple", "a list")
    return place, text[:1].lower() + text[1:]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`, did you mean idleMs?`, or nothing where no known name is near."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f", did you mean {near[0]}?" if near else ""
