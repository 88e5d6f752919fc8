"""Rules for answers: read with their places, and checked."""

from __future__ import annotations

from typing import Any

import pytest

from antiphon.engine.prompts.expect import PIPELINE_RULES, Rule, read_rules
from antiphon.engine.prompts.expect_check import CheckedAnswer, check_rule
from antiphon.engine.prompts.foreign_patterns import check_pattern, check_schema
from antiphon.engine.source_text.yaml_nodes import SequenceNode
from antiphon.engine.source_text.yaml_reader import read_yaml


def read(text: str, **options: Any) -> tuple[list[Rule], list[str]]:
    problems: list[Any] = []
    node = read_yaml(text)
    assert isinstance(node, SequenceNode)
    return read_rules(node.items, problems, **options), [each.message for each in problems]


def keeps(rule: dict[str, Any], content: str = "", **answer: Any) -> bool:
    [(kind, value)] = rule.items()
    checked: CheckedAnswer = CheckedAnswer(content, **answer)
    return check_rule(Rule(kind, value, 0, 0), checked).ok


def test_a_rule_is_read_as_it_is_written() -> None:
    rules, problems = read(
        "- contains: yes\n- {schema: {type: object}}\n- maxCost: 0.010\n- maxTimeMs: 5\n"
    )
    assert problems == []
    assert [rule.to_plain() for rule in rules] == [
        {"contains": "yes"},
        {"schema": {"type": "object"}},
        {"maxCost": "0.010"},
        {"maxTimeMs": 5},
    ]


def test_what_is_wrong_with_a_rule_is_named_and_the_others_are_kept() -> None:
    rules, problems = read(
        "- contans: x\n- [a]\n- {contains: a, equals: b}\n- maxCost: cheap\n- maxTimeMs: soon\n"
        "- schema: text\n- contains: [a]\n- equals: kept\n- similarity: {min: 1}\n"
    )
    assert [rule.to_plain() for rule in rules] == [{"equals": "kept"}]
    assert len(problems) >= 8
    assert "Did you mean `contains`?" in problems[0]


def test_a_rule_of_a_pipeline_may_name_a_step_or_a_pane_and_a_similarity() -> None:
    rules, problems = read(
        "- {step: ask, contains: x}\n- {pane: ask.1, similarity: {min: 0.5}}\n"
        "- {similarity: {max: 2}}\n- {similarity: {}}\n",
        kinds=PIPELINE_RULES,
        targets=("step", "pane"),
    )
    assert [rule.to_plain() for rule in rules] == [
        {"step": "ask", "contains": "x"},
        {"pane": "ask.1", "similarity": {"min": 0.5}},
    ]
    assert len(problems) == 2


@pytest.mark.parametrize(
    ("rule", "content", "kept"),
    [
        ({"contains": "whale"}, "A whale sings.", True),
        ({"contains": "Whale"}, "A whale sings.", False),
        ({"notContains": "shark"}, "A whale sings.", True),
        ({"notContains": "whale"}, "A whale sings.", False),
        ({"equals": "yes"}, "yes\n", True),
        ({"equals": "yes"}, "yes.", False),
        ({"matches": r"\b\d+ whales"}, "I saw 12 whales", True),
        ({"matches": r"^\d"}, "I saw 12 whales", False),
        ({"schema": {"type": "object", "required": ["a"]}}, '{"a": 1}', True),
        ({"schema": {"type": "object", "required": ["a"]}}, '```json\n{"a": 1}\n```\n', True),
        ({"schema": {"type": "object", "required": ["a"]}}, "{}", False),
        ({"schema": {"type": "object"}}, "No JSON at all", False),
        ({"schema": {"type": "array"}}, "[" * 100_000, False),
    ],
)
def test_a_rule_about_the_text_is_kept_or_not(rule: Any, content: str, kept: bool) -> None:
    assert keeps(rule, content) is kept


def test_a_rule_about_figures_is_kept_or_not() -> None:
    assert keeps({"maxCost": "0.01"}, cost="0.01")
    assert not keeps({"maxCost": "0.01"}, cost="0.0100001")
    assert not keeps({"maxCost": "0.01"}, cost=None), "an unknown price is not a low one"
    assert keeps({"maxTimeMs": 100}, total_ms=100)
    assert not keeps({"maxTimeMs": 100}, total_ms=101)
    assert keeps({"similarity": {"min": 0.5}}, similarity=0.5)
    assert not keeps({"similarity": {"min": 0.5, "max": 0.9}}, similarity=0.95)
    assert not keeps({"similarity": {"max": 0.9}}, similarity=None)


def test_why_an_answer_is_not_valid_is_what_was_found() -> None:
    rule = Rule("schema", {"properties": {"a": {"items": {"type": "integer"}}}}, 0, 0)
    got = check_rule(rule, CheckedAnswer('{"a": [1, "x"]}')).got
    assert isinstance(got, str)
    assert got.startswith("$.a[1]: ")


def test_a_pattern_of_a_stranger_cannot_take_long() -> None:
    """Each of these takes an engine that goes back more than the age of the universe."""
    text = "a" * 50_000 + "!"
    for pattern in (r"^(a+)+$", r"^(a|aa)+$", r"^(.*a){40}$"):
        assert keeps({"matches": pattern}, text) is False
    nested = {"type": "string", "pattern": r"^(a+)+$"}
    assert keeps({"schema": nested}, f'"{text}"') is False


def test_an_answer_with_every_fault_of_a_large_schema_cannot_take_long() -> None:
    """To describe all of the faults takes a copy of the answer for each of them."""
    rule = {"schema": {"allOf": [{"type": "integer"}] * 5_000}}
    assert keeps(rule, f"[{'[],' * 20_000}0]") is False


@pytest.mark.parametrize("pattern", [r"(", r"(a)\1", r"(?=a)", r"a{1000}{1000}"])
def test_a_pattern_that_cannot_be_used_is_refused_with_a_reason(pattern: str) -> None:
    assert check_pattern(pattern)


def test_a_rule_that_cannot_be_used_is_noted_at_its_place() -> None:
    for rule in ("matches: '(?=a)b'", "schema: {type: 5}"):
        problems: list[Any] = []
        node = read_yaml(f"- contains: x\n- {{{rule}}}\n")
        assert isinstance(node, SequenceNode)
        assert [each.kind for each in read_rules(node.items, problems)] == ["contains"]
        assert [each.start for each in problems] == [node.items[1].start]
        assert "cannot be used: " in problems[0].message


def test_no_answer_keeps_a_rule_that_cannot_be_used() -> None:
    outcome = check_rule(Rule("matches", "(?=a)b", 0, 0), CheckedAnswer("ab"))
    assert not outcome.ok
    assert str(outcome.got).startswith("`matches` cannot be used: ")


def test_a_schema_may_refer_to_its_own_parts_and_to_nothing_outside() -> None:
    assert check_schema({"$ref": "#/$defs/a", "$defs": {"a": {"type": "integer"}}}) is None
    assert check_schema({"$ref": "http://127.0.0.1:9/schema.json"})
    assert check_schema({"$ref": "file:///etc/passwd"})
    assert check_schema({"type": 5})
    assert check_schema({"$ref": "#/$defs/b", "$defs": {"a": {}}})
    assert check_schema({"$ref": "#/$defs/" + "9" * 5000, "$defs": [{}]})
    assert check_schema({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {}}}) is None


DRAFT_04 = "http://json-schema.org/draft-04/schema#"


def refer(*names: str) -> list[dict[str, str]]:
    return [{"$ref": f"#/$defs/{name}"} for name in names]


def test_a_schema_whose_references_double_at_each_level_is_refused_before_it_is_compiled() -> None:
    levels = {f"a{level}": {"allOf": refer(*[f"a{level + 1}"] * 2)} for level in range(60)}
    for order in (levels, dict(reversed(levels.items()))):
        schema = {"$defs": {"a60": {"type": "integer"}, **order}, "allOf": refer("a0")}
        assert "more than 10000 parts" in (check_schema(schema) or "")


def test_a_schema_of_a_long_chain_of_references_is_refused() -> None:
    chain = {f"a{level}": {"not": refer(f"a{level + 1}")[0]} for level in range(5_000)}
    for order in (chain, dict(reversed(chain.items()))):
        schema = {"$defs": {"a5000": {}, **order}, "allOf": refer("a0")}
        assert "levels deep" in (check_schema(schema) or "")


@pytest.mark.parametrize(
    "schema",
    [
        {"items": {"$ref": "#"}},
        {"$defs": {"a": {"allOf": refer("a", "a")}}},
        {"$defs": {"a": {"items": refer("b")[0]}, "b": {"items": refer("a")[0]}}},
        {"$defs": {"a": {"$dynamicAnchor": "n", "allOf": [{"$dynamicRef": "#n"}]}}},
        {"$id": "urn:root", "items": {"$ref": "urn:root"}},
        {"$defs": {"a": {"$id": "urn:a", "items": {"$ref": "#"}}}},
        {"$defs": {"a": {"$anchor": "n", "items": {"$ref": "#n"}}}},
        {"$dynamicRef": "#"},
        {"$schema": DRAFT_04, "definitions": {"a": {"id": "urn:a", "items": {"$ref": "#"}}}},
        {"$ref": "#/$defs/a%2Fb", "$defs": {"a": {"b": {}}, "a/b": {"not": refer("a%2Fb")[0]}}},
        {"$ref": "http://json-schema.org/draft-07/schema#"},
    ],
)
def test_a_schema_that_refers_in_a_circle_or_not_by_a_path_is_refused(schema: Any) -> None:
    assert check_schema(schema)
