"""Where a value does not fit its model: pydantic's location, as a JSON path of what was sent.

A location names not only keys and indexes but also the branches of unions that were tried
(`models`, 0, `ModelChoice`, `model`). Walking the value itself tells which is which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError

_Path = tuple[int | str, ...]

_WORDS: Final = {
    "missing": "This field is required",
    "model_type": "Input should be an object",
    "dict_type": "Input should be an object",
}
"""What is said by pydantic in Python's words, in those of JSON."""


def field_at_fault(problem: ValidationError, value: Any) -> tuple[str, str]:
    """The JSON path (`$.models[0]`) of the first field that is wrong, and what it should be.

    Where a union was tried, the branch that fits best is the one whose error lies deepest.
    """
    errors = problem.errors(include_url=False, include_context=False, include_input=False)
    found = [
        (_path(error["loc"], value, error["type"]), _WORDS.get(error["type"], error["msg"]))
        for error in errors
    ]
    first, message = found[0]
    for path, text in found[1:]:
        if len(path) > len(first) and path[: len(first)] == first:
            first, message = path, text
    return _render(first), f"{message}."


def _path(location: Sequence[int | str], value: Any, kind: str) -> _Path:
    path: list[int | str] = []
    for index, part in enumerate(location):
        last = index == len(location) - 1
        if isinstance(value, list) and isinstance(part, int):
            items = cast("list[Any]", value)
            value = items[part] if part < len(items) else None
        elif isinstance(value, dict) and part in value:
            value = cast("dict[Any, Any]", value)[part]
        elif not (last and kind == "missing"):
            continue  # the name of a union's branch
        path.append(part)
    return tuple(path)


def _render(path: _Path) -> str:
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
