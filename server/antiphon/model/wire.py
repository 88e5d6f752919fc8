"""Defines the form of values on the wire: camelCase, frozen, unknown fields ignored.

Two kinds of "nothing" exist in the protocol and must not be mixed up: a field that may be *absent*
(`Absent[T]`, written `field?` in docs/protocol.md) and a field that is always there and may be
`null` (a plain `T | None`, for example an unknown price). This module defines the difference once.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

T = TypeVar("T")


def is_absent(value: object) -> bool:
    """Checks whether an optional field is left out of the wire form."""
    return value is None


Absent = Annotated[T | None, Field(default=None, exclude_if=is_absent)]
"""A field that is left out if it has no value."""


class Wire(BaseModel):
    """Base of every value on the wire: frozen, camelCase outside, snake_case inside.

    Strict: `true` is not an integer and `"5"` not a number. A wrong type is refused, not converted.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        strict=True,
        extra="ignore",
        defer_build=True,
        protected_namespaces=(),
    )

    def to_wire(self) -> dict[str, Any]:
        """Returns the JSON object of this value: camelCase keys, absent fields left out."""
        return self.model_dump(mode="json", by_alias=True)


class Empty(Wire):
    """An argument or a result without fields."""
