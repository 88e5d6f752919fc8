"""Defines the values of a YAML document, each with its place in the text."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

Plain = str | int | float | bool | None


class ScalarNode(Struct, frozen=True):
    """A text, a number, a truth value or nothing, from `start` to `end`."""

    value: Plain
    text: str
    """The characters as they are written, without quotes."""
    start: int
    end: int


class Pair(Struct, frozen=True):
    """One key of a mapping and its value."""

    key: ScalarNode
    value: Node

    @property
    def name(self) -> str:
        """The key's text: `1` and `true` are names like any other."""
        return self.key.text


class MappingNode(Struct, frozen=True):
    """A mapping, with its keys in the order of the text."""

    pairs: tuple[Pair, ...]
    start: int
    end: int

    def find(self, name: str) -> Pair | None:
        """Returns the pair with the key `name`, or `None`."""
        return next((pair for pair in self.pairs if pair.name == name), None)


class SequenceNode(Struct, frozen=True):
    """A list."""

    items: tuple[Node, ...]
    start: int
    end: int


Node = ScalarNode | MappingNode | SequenceNode


def to_plain(node: Node) -> Any:
    """Returns the value without places: what JSON would have."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [to_plain(each) for each in node.items]
    return {pair.name: to_plain(pair.value) for pair in node.pairs}


def describe_node(node: Node) -> str:
    """Names the kind of a value for a message: `a list`, `a number`."""
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, SequenceNode):
        return "a list"
    match node.value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case _:
            return "text"
