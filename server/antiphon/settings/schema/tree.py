"""The schema as a tree that a source of settings is walked along.

A `Group` has fixed fields, a `Table` has entries by names of the person's choice, and a `Leaf` is
one value, which is taken or refused as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args, get_origin

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
        """Checks a value, raising `pydantic.ValidationError`."""
        return TypeAdapter(self.annotation)

    @property
    def is_list(self) -> bool:
        """Whether the value is a list, which text gives with commas between its elements."""
        return get_origin(self.annotation) is tuple


@dataclass(frozen=True)
class Table:
    """Entries of one kind by name."""

    name_type: Any
    entry: Node
    user_only: bool = False

    @cached_property
    def names(self) -> TypeAdapter[Any]:
        """Checks a name."""
        return TypeAdapter(self.name_type)


@dataclass(frozen=True)
class Group:
    """Fixed fields by their outside names."""

    children: dict[str, Node]
    user_only: bool = False

    def outside_name(self, name: str) -> str | None:
        """The field that is called `name`, in camelCase or snake_case, by its outside name."""
        if name in self.children:
            return name
        return next((known for known in self.children if to_snake(known) == name), None)


Node = Group | Table | Leaf


@lru_cache(maxsize=1)
def settings_tree() -> Group:
    """The tree of all settings."""
    return _group(Settings)


def default_leaves(
    node: Node | None = None, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    """Every leaf that has a fixed place, as `(path, leaf)`; the entries of tables have none."""
    node = settings_tree() if node is None else node
    if isinstance(node, Leaf):
        yield path, node
    elif isinstance(node, Group):
        for name, child in node.children.items():
            yield from default_leaves(child, (*path, name))


def _group(model: type[Section], *, user_only: bool = False) -> Group:
    children = {field.alias or name: _node(field) for name, field in model.model_fields.items()}
    return Group(children, user_only)


def _node(field: FieldInfo) -> Node:
    marks = cast("dict[str, Any]", field.json_schema_extra or {})
    user_only = bool(marks.get(USER_ONLY))
    annotation: Any = field.annotation
    if field.metadata:
        annotation = Annotated[(annotation, *field.metadata)]
    node = _node_of_type(annotation, user_only=user_only, secret=bool(marks.get(SECRET)))
    if isinstance(node, Leaf):
        return Leaf(annotation, field.get_default(), user_only, node.secret)
    return node


def _node_of_type(annotation: Any, *, user_only: bool = False, secret: bool = False) -> Node:
    bare = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    if isinstance(bare, type) and issubclass(bare, Section):
        return _group(bare, user_only=user_only)
    if get_origin(bare) is Mapping:
        name_type, entry = get_args(bare)
        return Table(name_type, _node_of_type(entry, secret=secret), user_only)
    return Leaf(annotation, None, user_only, secret)
