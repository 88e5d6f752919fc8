"""Translates promptfoo's assertions to rules of a prompt file, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.prompts.expect import read_rules
from antiphon.engine.prompts.formats.source import ForeignSource, pairs_of, text_of
from antiphon.engine.source_text.yaml_nodes import MappingNode, Pair, ScalarNode, to_plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.prompts.formats.draft import Draft
    from antiphon.engine.source_text.yaml_nodes import Node

_TEXT_RULES: Final = {
    "contains": "contains",
    "not-contains": "notContains",
    "equals": "equals",
    "regex": "matches",
}
_OURS: Final = {ours: theirs for theirs, ours in _TEXT_RULES.items()}
_RUNS: Final = ("javascript", "python", "ruby", "webhook", "bash", "file:")


def read_asserts(draft: Draft, items: Sequence[Node], source: ForeignSource) -> list[Any]:
    """Adds the assertions that are rules to `draft`, and returns those that are kept."""
    kept: list[Any] = []
    for item in items:
        plain = to_plain(item)
        line = source.line(item.start)
        fields = {pair.name: pair.value for pair in pairs_of(item)}
        kind = (text_of(fields["type"]) or "") if "type" in fields else ""
        rule = _to_rule(kind, fields)
        if rule is not None:
            draft.expect.append(rule)
        elif kind.removeprefix("not-").startswith(_RUNS) or "file://" in json.dumps(plain):
            draft.ignore(kind or "assert", line, "runs")
        else:
            kept.append(plain)
            draft.ignore(kind or "assert", line, "unknown")
    return kept


def write_assert(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the assertion of a rule."""
    [(kind, value)] = rule.items()
    match kind:
        case "schema":
            return {"type": "is-json", "value": value}
        case "maxCost":
            return {"type": "cost", "threshold": value}
        case "maxTimeMs":
            return {"type": "latency", "threshold": value}
        case _:
            return {"type": _OURS[kind], "value": value}


def _to_rule(kind: str, fields: Mapping[str, Node]) -> dict[str, Any] | None:
    """Returns the rule that an assertion means exactly, or `None`."""
    if {*fields} - {"type", "value", "threshold"}:
        return None
    value, threshold = fields.get("value"), fields.get("threshold")
    text = text_of(value) if value is not None else None
    if text is not None and text.startswith("file:"):
        return None
    if kind in _TEXT_RULES and text is not None and threshold is None:
        return {_TEXT_RULES[kind]: text}
    if kind == "is-json" and isinstance(value, MappingNode):
        return {"schema": to_plain(value)}
    limits = {"cost": "maxCost", "latency": "maxTimeMs"}
    if kind in limits and threshold is not None and value is None:
        return _checked(limits[kind], threshold)
    return None


def _checked(kind: str, threshold: Node) -> dict[str, Any] | None:
    """Returns the rule as a prompt file reads it, or `None`."""
    key = ScalarNode(kind, kind, 0, 0)
    found = read_rules([MappingNode((Pair(key, threshold),), 0, 0)], [])
    return found[0].to_plain() if found else None
