"""The wire's types as plain values, free of Python's typing machinery."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Named:
    """A reference to a definition."""

    name: str


@dataclass(frozen=True)
class Primitive:
    """A type that JSON has."""

    name: Literal["string", "integer", "number", "boolean", "any"]


@dataclass(frozen=True)
class OneOf:
    """One of a few values."""

    values: tuple[str | int, ...]


@dataclass(frozen=True)
class ListOf:
    """An array."""

    item: Shape


@dataclass(frozen=True)
class MapOf:
    """An object whose keys are free."""

    value: Shape


@dataclass(frozen=True)
class Either:
    """A union."""

    members: tuple[Shape, ...]


@dataclass(frozen=True)
class Nullable:
    """A value that is always there and may be `null`."""

    inner: Shape


Shape = Named | Primitive | OneOf | ListOf | MapOf | Either | Nullable


@dataclass(frozen=True)
class Property:
    """A field of a record."""

    name: str
    shape: Shape
    optional: bool
    """Whether it may be absent; an absent field is never `null`."""
    doc: str
    limits: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Bounds as JSON Schema spells them."""


@dataclass(frozen=True)
class Record:
    """An object."""

    name: str
    doc: str
    properties: tuple[Property, ...]
    is_open: bool
    """Whether further fields have a meaning."""


@dataclass(frozen=True)
class Alias:
    """A name for a shape."""

    name: str
    doc: str
    shape: Shape


Definition = Record | Alias


@dataclass(frozen=True)
class Command:
    """A command with the records that it takes and gives."""

    name: str
    params: str
    result: str


@dataclass(frozen=True)
class Catalog:
    """Everything that is defined, in the order of its definition."""

    definitions: tuple[Definition, ...]
    commands: tuple[Command, ...]
