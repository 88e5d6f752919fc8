"""Translates statements with `?` and `:name` to PostgreSQL's numbered parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

_PART: Final = re.compile(
    r"""'(?:[^']|'')*' | "[^"]*" | :: | :(?P<name>[A-Za-z_]\w*) | \?""", re.VERBOSE
)
_CHANGES: Final = re.compile(r"\s*(?:INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
_RETURNS: Final = re.compile(r"\bRETURNING\b", re.IGNORECASE)


class Statement(Struct, frozen=True):
    """A statement as asyncpg wants it."""

    text: str
    names: tuple[str, ...]
    """The named parameter of each number; empty if they are given by position."""
    changes: bool
    """Whether it changes rows and returns none."""

    def values(self, parameters: Sequence[Any] | Mapping[str, Any]) -> Sequence[Any]:
        """Returns the parameters in the order of their numbers."""
        if isinstance(parameters, Mapping):
            return [parameters[name] for name in self.names]
        return parameters


@lru_cache(maxsize=512)
def translated(statement: str) -> Statement:
    """Translates a statement. A name has the same number at each place."""
    names: list[str] = []
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        name = found["name"]
        if name is not None:
            if name not in names:
                names.append(name)
            return f"${names.index(name) + 1}"
        if found.group() != "?":
            return found.group()
        count += 1
        return f"${count}"

    # SQLite knows an empty list, as a function without ids asks for.
    text = _PART.sub(number, statement).replace("IN ()", "IN (NULL)")
    changes = _CHANGES.match(text) is not None and _RETURNS.search(text) is None
    return Statement(text, tuple(names), changes)
