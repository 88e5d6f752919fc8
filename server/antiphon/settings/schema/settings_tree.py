"""Builds the tree of the schema, along which a source of settings is parsed.

A `Group` has fixed fields, a `Table` has entries by names of the user's choice, and a `Leaf` is
one value, which is used or refused as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args, get_origin

from msgspec import Struct
from pydantic import TypeAdapter
from pydantic.alias_generators import to_snake

from antiphon.settings.schema.schema import SECRET, USER_ONLY, Section, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Leaf:
    """One value."""

    annotation: Any
    default: Any = None
    user_only: bool = False
    secret: bool = False

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """The value's validator, which raises `pydantic.ValidationError`."""
        return TypeAdapter(self.annotation)

    @property
    def is_list(self) -> bool:
        """Whether the value is a list, which is written as text with commas between elements."""
        return get_origin(self.annotation) is tuple


@dataclass(frozen=True)
class Table:
    """Entries of one kind by name."""

    name_type: Any
    entry: Node
    user_only: bool = False

    @cached_property
    def names(self) -> TypeAdapter[Any]:
        """The validator of an entry's name."""
        return TypeAdapter(self.name_type)


class Group(Struct, frozen=True):
    """Fixed fields by their names outside, in camelCase."""

    children: dict[str, Node]
    user_only: bool = False

    def camel_name(self, name: str) -> str | None:
        """Returns the camelCase name of the field `name`, which may be in snake_case."""
        if name in self.children:
            return name
        return next((known for known in self.children if to_snake(known) == name), None)


Node = Group | Table | Leaf


@lru_cache(maxsize=1)
def settings_tree() -> Group:
    """Returns the tree of all settings."""
    return _build_group(Settings)


def default_leaves(
    node: Node | None = None, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    """Yields every leaf outside of tables, as `(path, leaf)`."""
    node = settings_tree() if node is None else node
    if isinstance(node, Leaf):
        yield path, node
    elif isinstance(node, Group):
        for name, child in node.children.items():
            yield from default_leaves(child, (*path, name))


def _build_group(model: type[Section], *, user_only: bool = False) -> Group:
    children = {
        field.alias or name: _build_node(field) for name, field in model.model_fields.items()
    }
    return Group(children, user_only)


def _build_node(field: FieldInfo) -> Node:
    marks = cast("dict[str, Any]", field.json_schema_extra or {})
    user_only = bool(marks.get(USER_ONLY))
    annotation: Any = field.annotation
    if field.metadata:
        annotation = Annotated[(annotation, *field.metadata)]
    node = _build_node_of_type(annotation, user_only=user_only, secret=bool(marks.get(SECRET)))
    if isinstance(node, Leaf):
        return Leaf(annotation, field.get_default(), user_only, node.secret)
    return node


def _build_node_of_type(annotation: Any, *, user_only: bool = False, secret: bool = False) -> Node:
    bare = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    if isinstance(bare, type) and issubclass(bare, Section):
        return _build_group(bare, user_only=user_only)
    if get_origin(bare) is Mapping:
        name_type, entry = get_args(bare)
        return Table(name_type, _build_node_of_type(entry, secret=secret), user_only)
    return Leaf(annotation, None, user_only, secret)
