"""Operators that the tool lacks, of the same form as its own.

An operator yields a place for each change that it can make to a node of parso's syntax tree, and
makes the change of one index in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

Position = tuple[int, int]
Place = tuple[Position, Position]


class Node(Protocol):
    """What is used of a node or a leaf of parso's tree."""

    type: str
    start_pos: Position
    end_pos: Position
    value: str
    prefix: str
    children: list[Any]
    parent: Any

    def get_code(self, _with_prefix: bool = True, /) -> str:
        """Returns the source text."""
        ...

    def get_first_leaf(self) -> Node:
        """Returns the first token."""
        ...


class Operator(Protocol):
    """One kind of change."""

    def mutation_positions(self, node: Node) -> Iterator[Place]:
        """Yields the place of each change to this node."""
        ...

    def mutate(self, node: Node, index: int) -> Node | None:
        """Returns the changed node."""
        ...


class _Replacer:
    """Replaces some children of a node by other text."""

    def __init__(self, parse: Callable[[str], Node]) -> None:
        self._parse = parse

    def changes(self, node: Node) -> Iterator[tuple[int, str]]:
        """Yields the index of a child and the text to put there."""
        raise NotImplementedError

    def mutation_positions(self, node: Node) -> Iterator[Place]:
        """Yields the place of each child that would be replaced."""
        for index, _ in self.changes(node):
            yield node.children[index].start_pos, node.children[index].end_pos

    def mutate(self, node: Node, index: int) -> Node:
        """Replaces the child."""
        child, text = list(self.changes(node))[index]
        prefix = node.children[child].get_first_leaf().prefix
        node.children[child] = self._parse(prefix + text)
        return node


class ReturnNone(_Replacer):
    """Returns `None` instead of a value."""

    def changes(self, node: Node) -> Iterator[tuple[int, str]]:
        """Yields the value of a return statement."""
        if node.type == "return_stmt" and node.children[1].get_code(False) != "None":
            yield 1, "None"


class DeleteCall(_Replacer):
    """Deletes a statement that is a call, awaited or not."""

    def changes(self, node: Node) -> Iterator[tuple[int, str]]:
        """Yields the call of a statement that is nothing else."""
        if node.type == "simple_stmt" and _is_call(node.children[0]):
            yield 0, "pass"


class NegateMembership(_Replacer):
    """Replaces `in` by `not in`, and the reverse."""

    def changes(self, node: Node) -> Iterator[tuple[int, str]]:
        """Yields the operators of a comparison."""
        for index in range(1, len(node.children), 2) if node.type == "comparison" else ():
            match " ".join(node.children[index].get_code(False).split()):
                case "in":
                    yield index, "not in"
                case "not in":
                    yield index, "in"
                case _:
                    pass


class NegateCondition(_Replacer):
    """Negates the condition of a branch, a loop or a filter, unless another operator does."""

    def changes(self, node: Node) -> Iterator[tuple[int, str]]:
        """Yields the conditions."""
        for index in self._conditions(node):
            condition = node.children[index]
            is_simple = condition.type == "comparison" and len(condition.children) == 3
            if not is_simple and condition.type not in {"not_test", "keyword"}:
                yield index, f"not ({condition.get_code(False)})"

    @staticmethod
    def _conditions(node: Node) -> Iterator[int]:
        match node.type:
            case "if_stmt":
                words = enumerate(each.get_code(False) for each in node.children)
                yield from (index + 1 for index, word in words if word in {"if", "elif"})
            case "while_stmt" | "comp_if":
                yield 1
            case "ternary" | "test":
                yield 2
            case _:
                pass


class SwapMinMax(_Replacer):
    """Calls `min` instead of `max`, and the reverse."""

    _OTHER: Final = {"min": "max", "max": "min"}

    def changes(self, node: Node) -> Iterator[tuple[int, str]]:
        """Yields the name of the function that is called."""
        if _is_call(node):
            name = node.children[0].get_code(False)
            if name in self._OTHER:
                yield 0, self._OTHER[name]


OWN_OPERATORS: Final = (ReturnNone, DeleteCall, NegateMembership, NegateCondition, SwapMinMax)


def _is_call(node: Node) -> bool:
    is_chain = node.type in {"atom_expr", "power", "await_expr"}
    return is_chain and node.children[-1].get_code(False).endswith(")")
