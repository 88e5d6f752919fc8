"""Writes the place of a value in a JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def json_path(location: Iterable[int | str]) -> str:
    """Returns `.models[0]` for `("models", 0)`, as pydantic locates an error."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
