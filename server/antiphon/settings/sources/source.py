"""Splits an object from a source into single settings, along the schema.

`null` means "not set here" everywhere, since editors send it for settings that the user did not
change. An empty list means an empty object, since Lua cannot distinguish the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field
from pydantic import ValidationError

from antiphon.settings.schema.settings_tree import Group, Leaf, Node, Table, settings_tree
from antiphon.settings.sources.problems import (
    Problem,
    SourceName,
    describe_validation_error,
    join_name,
    suggest_name,
)

if TYPE_CHECKING:
    from pathlib import Path


class RawValue(Struct, frozen=True):
    """One value as a source has it, not checked yet."""

    path: tuple[str, ...]
    leaf: Leaf
    value: object
    label: str
    """Which one: the file's path, the variable's name."""


class Source(Struct):
    """One source: its values, and the problems that were found in it."""

    name: SourceName
    values: list[RawValue] = field(default_factory=list[RawValue])
    problems: list[Problem] = field(default_factory=list[Problem])

    def add_problem(self, path: tuple[str, ...], text: str, *, warning: bool = False) -> None:
        """Adds a problem with the field at `path`."""
        severity = "warning" if warning else "error"
        self.problems.append(Problem(join_name(*path), self.name, text, severity))


def parse_source(
    name: SourceName, value: object, *, label: str, user_level: bool, config_path: Path | None
) -> Source:
    """Parses an object from a file or a client as a source.

    `user_level` is false for a workspace, whose addresses, keys and files are refused. Then
    `config_path` is the file that the problem's text recommends. An object with everything under
    `antiphon` is unwrapped.
    """
    source = Source(name)
    tree = settings_tree()
    content = _as_object(value)
    if content is not None and set(content) == {"antiphon"}:
        value = content["antiphon"]
    user_file = config_path or "your own config.toml"
    _Parser(source, label, None if user_level else str(user_file)).node(tree, (), value)
    return source


def parse_part(
    source: Source, node: Node, path: tuple[str, ...], value: object, *, label: str
) -> None:
    """Parses `value`, a user-level source's value for the part of the tree at `path`."""
    _Parser(source, label, None).node(node, path, value)


class _Parser(Struct, frozen=True):
    source: Source
    label: str
    user_file: str | None
    """The file for user-only fields, if this source may not set them; otherwise `None`."""

    def node(self, node: Node, path: tuple[str, ...], value: object) -> None:
        if value is None:
            return
        if node.user_only and self.user_file is not None:
            self._refuse(node, path, value)
        elif isinstance(node, Leaf):
            self.source.values.append(RawValue(path, node, value, self.label))
        elif (entries := _as_object(value)) is None:
            self.source.add_problem(path, f"must be an object ({self.label}); ignored")
        elif isinstance(node, Group):
            self._fields(node, path, entries)
        else:
            self._entries(node, path, entries)

    def _fields(self, group: Group, path: tuple[str, ...], entries: Mapping[str, object]) -> None:
        for name, value in entries.items():
            field_name = group.camel_name(name)
            if field_name is None:
                hint = suggest_name(name, group.children)
                text = f"is not a setting ({self.label}){hint}"
                self.source.add_problem((*path, name), text, warning=True)
            else:
                self.node(group.children[field_name], (*path, field_name), value)

    def _entries(self, table: Table, path: tuple[str, ...], entries: Mapping[str, object]) -> None:
        for name, value in entries.items():
            try:
                table.names.validate_python(name)
            except ValidationError as error:
                _, reason = describe_validation_error(error)
                text = f"the name {reason} ({self.label}); the entry is ignored"
                self.source.add_problem((*path, name), text)
            else:
                self.node(table.entry, (*path, name), value)

    def _refuse(self, node: Node, path: tuple[str, ...], value: object) -> None:
        # Editors also send settings that the user did not change.
        if value in ({}, [], "") or (isinstance(node, Leaf) and value == node.default):
            return
        self.source.add_problem(
            path,
            f"is not read from a workspace's settings ({self.label}), since it can name addresses, "
            f"keys or files; put it into {self.user_file}",
        )


def _as_object(value: object) -> Mapping[str, object] | None:
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value)
        return {str(name): entry for name, entry in items.items()}
    return {} if value == [] else None
