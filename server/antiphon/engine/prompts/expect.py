"""Reads the rules that an answer is expected to keep.

A rule is a mapping with one of the keys below. Pipelines write beside it which step or pane it is
about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from antiphon.engine.prompts.foreign_patterns import check_pattern, check_schema
from antiphon.engine.source_text.yaml_fields import FieldReader, to_amount
from antiphon.engine.source_text.yaml_nodes import (
    MappingNode,
    ScalarNode,
    describe_node,
    to_plain,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.source_text.problems import SourceProblem
    from antiphon.engine.source_text.yaml_nodes import Node, Pair

RuleKind = Literal[
    "contains",
    "notContains",
    "matches",
    "equals",
    "schema",
    "maxCost",
    "maxTimeMs",
    "similarity",
]
PROMPT_RULES: Final[tuple[RuleKind, ...]] = (
    "contains",
    "notContains",
    "matches",
    "equals",
    "schema",
    "maxCost",
    "maxTimeMs",
)
PIPELINE_RULES: Final[tuple[RuleKind, ...]] = (*PROMPT_RULES, "similarity")
_BOUNDS: Final = ("min", "max")


class Rule(Struct, frozen=True):
    """One rule, at its place in the document."""

    kind: RuleKind
    value: Any
    """Text, a JSON Schema, an amount as a decimal string, milliseconds, or `{min, max}`."""
    start: int
    end: int
    step: str | None = None
    """The step of a pipeline that it is about."""
    pane: str | None = None
    """The pane of a pipeline that it is about, as a reference."""

    def to_plain(self) -> dict[str, Any]:
        """Returns the rule as it is written: `{"contains": "yes"}`."""
        target = {"step": self.step, "pane": self.pane}
        return {**{key: each for key, each in target.items() if each}, self.kind: self.value}


def read_rules(
    items: Sequence[Node],
    problems: list[SourceProblem],
    *,
    kinds: Sequence[RuleKind] = PROMPT_RULES,
    targets: Sequence[str] = (),
) -> list[Rule]:
    """Returns the rules of a field `expect`, without those that are wrong.

    `targets` are the further keys, `step` and `pane`, that a rule may have.
    """
    found = [_read_rule(item, problems, kinds, targets) for item in items]
    return [rule for rule in found if rule is not None]


def _read_rule(
    item: Node,
    problems: list[SourceProblem],
    kinds: Sequence[RuleKind],
    targets: Sequence[str],
) -> Rule | None:
    reader = FieldReader(item if isinstance(item, MappingNode) else _nothing(item), problems)
    if not isinstance(item, MappingNode):
        reader.note(item, f"A rule is a mapping, not {describe_node(item)}.")
        return None
    reader.check_keys([*kinds, *targets], severity="error")
    named: list[tuple[RuleKind, Pair]] = [
        (kind, pair) for kind in kinds if (pair := item.find(kind)) is not None
    ]
    if len(named) != 1:
        reader.note(item, f"A rule has exactly one of {', '.join(kinds)}.")
        return None
    kind, pair = named[0]
    value = _read_value(kind, pair, reader)
    if value is None or not _is_usable(kind, value, item, reader):
        return None
    step, pane = (reader.text(name) if name in targets else None for name in ("step", "pane"))
    return Rule(kind, value, item.start, item.end, step, pane)


def _is_usable(kind: RuleKind, value: Any, item: Node, reader: FieldReader) -> bool:
    """Returns whether a pattern or a schema can be used, and notes why not."""
    reason = None
    if kind == "matches":
        reason = check_pattern(value)
    elif kind == "schema":
        reason = check_schema(value)
    if reason is not None:
        reader.note(item, f"`{kind}` cannot be used: {reason}.")
    return reason is None


def _read_value(kind: RuleKind, pair: Pair, reader: FieldReader) -> Any:
    """Returns the value of a rule, or `None` after noting what is wrong with it."""
    node = pair.value
    if kind == "schema":
        if isinstance(node, MappingNode):
            return to_plain(node)
        reader.note(node, f"A JSON Schema is a mapping, not {describe_node(node)}.")
        return None
    if kind == "similarity":
        return _read_bounds(node, reader)
    if not isinstance(node, ScalarNode):
        reader.note(node, f"`{kind}` has one value, not {describe_node(node)}.")
        return None
    if kind == "maxCost":
        amount = to_amount(node)
        if amount is None:
            reader.note(node, '`maxCost` is an amount of US dollars, for example "0.01".')
        return None if amount is None else f"{amount:f}"
    if kind == "maxTimeMs":
        if isinstance(node.value, int) and not isinstance(node.value, bool) and node.value > 0:
            return node.value
        reader.note(node, "`maxTimeMs` is a number of milliseconds.")
        return None
    return node.text


def _read_bounds(node: Node, reader: FieldReader) -> dict[str, float] | None:
    bounds: dict[str, float] = {}
    for pair in node.pairs if isinstance(node, MappingNode) else ():
        value = pair.value.value if isinstance(pair.value, ScalarNode) else None
        is_share = isinstance(value, int | float) and 0 <= value <= 1
        if pair.name in _BOUNDS and is_share and not isinstance(value, bool):
            bounds[pair.name] = float(value or 0)
        else:
            reader.note(pair.key, "`similarity` has `min` and `max`, from 0 to 1.")
            return None
    if not bounds:
        reader.note(node, "`similarity` has `min`, `max` or both, from 0 to 1.")
    return bounds or None


def _nothing(node: Node) -> MappingNode:
    return MappingNode((), node.start, node.end)
