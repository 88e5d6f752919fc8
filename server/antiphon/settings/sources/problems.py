"""Defines problems with settings as values: the field, the source, and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from antiphon.model.closest_names import closest_names
from antiphon.model.json_path import json_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import ValidationError

SourceName = Literal["default", "file", "environment", "initializationOptions", "workspace"]
"""Lowest first."""


class Problem(Struct, frozen=True):
    """One setting, or one source of settings, that was not used as it was written.

    `str(problem)` is the sentence for the user. It never repeats the value.
    """

    field: str
    """Dotted, as `timeouts.idleMs`; empty if a whole source is concerned."""
    source: SourceName
    text: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{join_name('antiphon', self.field)}: {self.text}" if self.field else self.text


def join_name(*names: str) -> str:
    """Joins the parts of a name to `timeouts.idleMs`, without empty parts."""
    return ".".join(name for name in names if name)


def describe_validation_error(error: ValidationError) -> tuple[str, str]:
    """Returns where in a value its first error is, and what the value must be.

    The location is `[1]`, `[0].limit` or empty.
    """
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    location: list[int | str] = []
    for part in first["loc"]:
        # A name before any index is a type's inner one; behind a list's element it is a field.
        if isinstance(part, int) or (location and part.isidentifier()):
            location.append(part)
    text = first["msg"].removeprefix("Value error, ")
    text = text.replace("Input should be", "must be").replace("String should", "must")
    text = text.replace("a valid tuple", "a list")
    return json_path(location), text[:1].lower() + text[1:]


def suggest_name(name: str, known: Iterable[str]) -> str:
    """Returns `, did you mean idleMs?`, or nothing if no known name is similar."""
    nearest = closest_names(name, known, likeness=0.5)
    return f", did you mean {nearest[0]}?" if nearest else ""
