"""What inputs a document declares, and what values they may have."""

from __future__ import annotations

from typing import Any

import pytest

from antiphon.engine.prompts.inputs import (
    InputField,
    add_used_inputs,
    list_missing,
    read_inputs,
    resolve_inputs,
)
from antiphon.engine.prompts.placeholders import find_placeholders
from antiphon.engine.source_text.yaml_nodes import MappingNode
from antiphon.engine.source_text.yaml_reader import read_yaml
from antiphon.model.failure import AntiphonError


def read(text: str) -> tuple[dict[str, InputField], list[str]]:
    """The inputs in `text`, by name, and the messages about what is wrong."""
    problems: list[Any] = []
    node = read_yaml(text)
    assert isinstance(node, MappingNode)
    return {each.name: each for each in read_inputs(node, problems)}, [p.message for p in problems]


def refusal(fields: list[InputField], values: dict[str, str]) -> tuple[str | None, str]:
    with pytest.raises(AntiphonError) as refused:
        resolve_inputs(fields, values)
    assert refused.value.failure.kind == "invalid_params"
    return refused.value.field, refused.value.failure.hint


def test_an_input_is_required_unless_it_has_a_default() -> None:
    fields, problems = read(
        "file: {description: which file}\n"
        "tone: {default: plain, enum: [plain, warm]}\n"
        "note: {required: false}\n"
        "empty: {default: ''}\n"
        "bare:\n"
        "short: what it is\n"
    )
    assert problems == []
    assert list_missing(list(fields.values())) == ["file", "bare", "short"]
    assert (fields["file"].description, fields["short"].description) == ("which file", "what it is")
    values = resolve_inputs(list(fields.values()), {"file": "a", "bare": "", "short": "s"})
    assert values == {
        "file": "a",
        "tone": "plain",
        "note": "",
        "empty": "",
        "bare": "",
        "short": "s",
    }


def test_what_is_wrong_with_a_declaration_is_named() -> None:
    _, problems = read(
        "1x: {}\na: {defualt: x}\nb: [1]\nc: {enum: [x], default: y}\nd: {required: maybe}\n"
    )
    assert [each.split(".")[0] for each in problems] == [
        "An input's name has letters, digits, `_` and `-`, a letter first",
        "The key `defualt` means nothing here",
        "An input is a mapping, not a list",
        "The default is not one of x",
        "`required` is true or false, not text",
    ]


def test_a_missing_input_names_its_field_and_says_what_it_is() -> None:
    field = InputField("file", 0, 4, description="which file to read")
    assert refusal([field], {}) == ("$.inputs.file", "Give a value for file: which file to read")


def test_a_value_that_is_not_among_those_allowed_is_refused() -> None:
    field = InputField("tone", 0, 4, enum=("plain", "warm"))
    assert refusal([field], {"tone": "cold"})[0] == "$.inputs.tone"


def test_an_input_that_does_not_exist_is_refused_with_the_nearest() -> None:
    field = InputField("tone", 0, 4, default="plain")
    assert refusal([field], {"tome": "warm"}) == ("$.inputs.tome", "Did you mean tone?")
    assert refusal([], {"x": "y"}) == ("$.inputs.x", "It has no inputs.")


def test_an_input_that_is_used_and_not_declared_is_required() -> None:
    declared, _ = read("a: {default: x}")
    fields = add_used_inputs(
        list(declared.values()), find_placeholders("{{a}} {{b}} ${input:c:what?} {{b}}")
    )
    assert [(each.name, each.is_declared, each.description) for each in fields] == [
        ("a", True, None),
        ("b", False, None),
        ("c", False, "what?"),
    ]
    assert list_missing(fields) == ["b", "c"]
