"""Reads the fields of a mapping by type, and notes what is wrong."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from antiphon.engine.source_text.problems import SourceProblem
from antiphon.engine.source_text.yaml_nodes import (
    MappingNode,
    ScalarNode,
    SequenceNode,
    describe_node,
)
from antiphon.model.closest_names import closest_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.source_text.problems import Severity
    from antiphon.engine.source_text.yaml_nodes import Node

_LIKENESS = 0.6


class FieldReader:
    """The fields of one mapping. Problems are added to a list that readers share."""

    def __init__(self, node: MappingNode, problems: list[SourceProblem]) -> None:
        self.node = node
        self.problems = problems

    def note(
        self,
        node: Node,
        message: str,
        *,
        severity: Severity = "error",
        replacements: Sequence[str] = (),
    ) -> None:
        """Notes a problem at the place of `node`."""
        self.problems.append(
            SourceProblem(
                message, node.start, node.end, severity=severity, replacements=replacements
            )
        )

    def check_keys(self, known: Sequence[str], *, severity: Severity = "warning") -> None:
        """Notes every key that is not among `known`, with the nearest that is."""
        for pair in self.node.pairs:
            if pair.name not in known:
                near = closest_names(pair.name, known, likeness=_LIKENESS)
                hint = f" Did you mean `{near[0]}`?" if near else ""
                message = f"The key `{pair.name}` means nothing here.{hint}"
                self.note(pair.key, message, severity=severity, replacements=near)

    def value(self, name: str) -> Node | None:
        """Returns the value of a field, or `None` if it is absent or empty."""
        pair = self.node.find(name)
        if pair is None or (isinstance(pair.value, ScalarNode) and pair.value.value is None):
            return None
        return pair.value

    def scalar(self, name: str, what: str = "text") -> ScalarNode | None:
        """Returns a field that is not a list or a mapping, or `None`."""
        node = self.value(name)
        if node is None or isinstance(node, ScalarNode):
            return node
        self.note(node, f"`{name}` is {what}, not {describe_node(node)}.")
        return None

    def text(self, name: str) -> str | None:
        """Returns the text of a field as it is written, also of a number."""
        node = self.scalar(name)
        return node.text if node is not None else None

    def mapping(self, name: str) -> MappingNode | None:
        """Returns a field that is a mapping, or `None`."""
        node = self.value(name)
        if node is None or isinstance(node, MappingNode):
            return node
        self.note(node, f"`{name}` is a mapping, not {describe_node(node)}.")
        return None

    def items(self, name: str) -> Sequence[Node]:
        """Returns the items of a list, or a single value as the only item."""
        node = self.value(name)
        if node is None:
            return ()
        if isinstance(node, SequenceNode):
            return node.items
        if isinstance(node, ScalarNode):
            return (node,)
        self.note(node, f"`{name}` is a list, not {describe_node(node)}.")
        return ()

    def flag(self, name: str) -> bool | None:
        """Returns a field that is `true` or `false`, or `None`."""
        node = self.scalar(name, "true or false")
        if node is None or isinstance(node.value, bool):
            return None if node is None else bool(node.value)
        self.note(node, f"`{name}` is true or false, not {describe_node(node)}.")
        return None

    def money(self, name: str) -> Decimal | None:
        """Returns a field of US dollars, as a number or as a decimal string."""
        node = self.scalar(name, "an amount of US dollars")
        if node is None:
            return None
        amount = to_amount(node)
        if amount is None:
            self.note(node, f'`{name}` is an amount of US dollars, for example "0.05".')
        return amount


def to_amount(node: ScalarNode) -> Decimal | None:
    """Returns US dollars of at least zero, or `None` for other texts."""
    try:
        amount = Decimal(node.text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None
