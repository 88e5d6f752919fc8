"""Validates a foreign value as a type of the wire, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from pydantic import ValidationError

from antiphon.model.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_Kind = TypeVar("_Kind", bound=Wire)


class InvalidField(NamedTuple):
    """One field that does not fit."""

    path: tuple[int | str, ...]
    """Its place in the value, without the names of a union's branches."""
    type: str
    """What is wrong, by pydantic's name of it: `missing`, `string_type`."""
    message: str


def validate(kind: type[_Kind], value: Mapping[str, Any]) -> _Kind | list[InvalidField]:
    """Returns `value` as a `kind`, or else the fields that do not fit."""
    try:
        return kind.model_validate(value)
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False, include_context=False, include_input=False)
    return [InvalidField(_place(each["loc"], value), each["type"], each["msg"]) for each in errors]


def _place(location: Iterable[int | str], value: Any) -> tuple[int | str, ...]:
    found: list[int | str] = []
    parts = list(location)
    for index, part in enumerate(parts):
        if isinstance(value, list) and isinstance(part, int):
            items = cast("list[Any]", value)
            value = items[part] if part < len(items) else None
        elif isinstance(value, dict) and (part in value or index == len(parts) - 1):
            value = cast("dict[Any, Any]", value).get(part)
        else:
            continue
        found.append(part)
    return tuple(found)
