"""What a source gives: an object is walked along the schema and taken apart into single values.

`null` means "not set here" everywhere, since editors send it for settings that nobody touched; an
empty list stands for an empty object, since Lua cannot tell the two apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from antiphon.settings.schema.tree import Group, Leaf, Node, Table, settings_tree
from antiphon.settings.sources.problems import Problem, SourceName, did_you_mean, dotted, reason_of

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class RawValue:
    """One value as a source gave it, not yet checked."""

    path: tuple[str, ...]
    leaf: Leaf
    value: object
    label: str
    """Where exactly: the file's path, the variable's name."""


@dataclass(slots=True)
class Source:
    """One source taken apart: its values, and what in it could not be understood."""

    name: SourceName
    given: list[RawValue] = field(default_factory=list[RawValue])
    problems: list[Problem] = field(default_factory=list[Problem])

    def complain(self, path: tuple[str, ...], text: str, *, warning: bool = False) -> None:
        """Notes a problem with the field at `path`."""
        severity = "warning" if warning else "error"
        self.problems.append(Problem(dotted(*path), self.name, text, severity))


def source_of_object(
    name: SourceName, value: object, *, label: str, user_level: bool, config_path: Path | None
) -> Source:
    """The source that is an object, as read from a file or sent by a client.

    `user_level` is false for a workspace, whose addresses, keys and files are not taken; then
    `config_path` is the file that the problem's text points to instead. An object that holds
    everything under `antiphon` is unwrapped.
    """
    source = Source(name)
    tree = settings_tree()
    content = _as_object(value)
    if content is not None and set(content) == {"antiphon"}:
        value = content["antiphon"]
    place = config_path or "your own config.toml"
    _Walk(source, label, None if user_level else str(place)).node(tree, (), value)
    return source


def walk_object(
    source: Source, node: Node, path: tuple[str, ...], value: object, *, label: str
) -> None:
    """Takes apart `value`, which a source of user level gave for the part of the tree at `path`."""
    _Walk(source, label, None).node(node, path, value)


@dataclass(frozen=True, slots=True)
class _Walk:
    source: Source
    label: str
    put_it_into: str | None
    """Set where fields that are the user's own are refused: the file that they belong into."""

    def node(self, node: Node, path: tuple[str, ...], value: object) -> None:
        if value is None:
            return
        if node.user_only and self.put_it_into is not None:
            self._refuse(node, path, value)
        elif isinstance(node, Leaf):
            self.source.given.append(RawValue(path, node, value, self.label))
        elif (entries := _as_object(value)) is None:
            self.source.complain(path, f"must be an object ({self.label}); ignored")
        elif isinstance(node, Group):
            self._fields(node, path, entries)
        else:
            self._entries(node, path, entries)

    def _fields(self, group: Group, path: tuple[str, ...], entries: Mapping[str, object]) -> None:
        for name, value in entries.items():
            known = group.outside_name(name)
            if known is None:
                hint = did_you_mean(name, group.children)
                text = f"is not a setting ({self.label}){hint}"
                self.source.complain((*path, name), text, warning=True)
            else:
                self.node(group.children[known], (*path, known), value)

    def _entries(self, table: Table, path: tuple[str, ...], entries: Mapping[str, object]) -> None:
        for name, value in entries.items():
            try:
                table.names.validate_python(name)
            except ValidationError as error:
                _, reason = reason_of(error)
                text = f"the name {reason} ({self.label}); the entry is ignored"
                self.source.complain((*path, name), text)
            else:
                self.node(table.entry, (*path, name), value)

    def _refuse(self, node: Node, path: tuple[str, ...], value: object) -> None:
        # Editors send what nobody touched too.
        if value in ({}, [], "") or (isinstance(node, Leaf) and value == node.default):
            return
        self.source.complain(
            path,
            f"is not taken from a workspace's settings ({self.label}), for it can name addresses, "
            f"keys or files; put it into {self.put_it_into}",
        )


def _as_object(value: object) -> Mapping[str, object] | None:
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value)
        return {str(name): entry for name, entry in items.items()}
    return {} if value == [] else None
