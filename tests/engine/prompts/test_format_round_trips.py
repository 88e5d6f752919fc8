"""A prompt that is imported, exported and imported again is the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.prompts.formats.convert import export_prompt, import_prompt
from antiphon.engine.source_text.yaml_nodes import to_plain
from antiphon.engine.source_text.yaml_reader import read_yaml
from antiphon.engine.source_text.yaml_writer import write_yaml
from antiphon.model.commands.prompts import (
    PromptExportParams,
    PromptFormat,
    PromptImportParams,
)

CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t\x85\u2028")
LINES = st.sampled_from(
    [
        *("## user", "\\## system", "---", "```", "{{a}}", "{{ b }}", "\\{{c}}", "$ARGUMENTS"),
        *("- x", "# y", "", "${input:d}", "\\${input:e:f}"),
    ]
)
WORDS = st.text(CHARACTERS, max_size=20)
TEXTS = st.lists(LINES | WORDS, min_size=1, max_size=5).map("\n".join)
PROMPTS = TEXTS.filter(lambda text: text.strip() != "")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | WORDS,
    lambda below: st.lists(below, max_size=2) | st.dictionaries(WORDS, below, max_size=2),
    max_leaves=5,
)
PLAIN = st.fixed_dictionaries({}, optional={"name": WORDS, "description": WORDS, "extra": VALUES})
MESSAGES = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": PROMPTS}),
    max_size=3,
)


def again(text: str, form: PromptFormat) -> tuple[str, str]:
    """What a text becomes, and what that becomes after it was written and read again."""
    first = import_prompt(PromptImportParams(text=text, format=form)).text
    written = export_prompt(PromptExportParams(text=first, format=form)).text
    return first, import_prompt(PromptImportParams(text=written, format=form)).text


@given(st.dictionaries(WORDS, VALUES, max_size=4) | PLAIN)
def test_what_is_written_as_yaml_is_read_as_the_same(value: dict[str, Any]) -> None:
    node = read_yaml(write_yaml(value))
    assert node is not None
    assert to_plain(node) == value


@given(PLAIN, MESSAGES, PROMPTS, st.none() | PROMPTS)
def test_a_prompt_of_github_models(
    fields: dict[str, Any], messages: list[dict[str, str]], prompt: str, system: str | None
) -> None:
    first = [{"role": "system", "content": system}] if system else []
    last = [{"role": "user", "content": prompt}]
    value = {**fields, "messages": [*first, *messages, *last]}
    one, two = again(write_yaml(value), "prompt.yml")
    assert one == two


@given(PLAIN, PROMPTS)
def test_an_agent_skill(fields: dict[str, Any], prompt: str) -> None:
    one, two = again(f"---\n{write_yaml(fields)}---\n{prompt}", "skill.md")
    assert one == two


@given(
    PLAIN,
    PROMPTS,
    st.lists(st.sampled_from(["openai:gpt-5", "x:chat:y", "file://a.js", "mine"]), max_size=2),
    st.lists(st.sampled_from(["contains", "regex", "llm-rubric", "python"]), max_size=2),
)
def test_a_configuration_of_promptfoo(
    fields: dict[str, Any], prompt: str, providers: list[str], asserts: list[str]
) -> None:
    default = {"assert": [{"type": kind, "value": "x"} for kind in asserts], "vars": {"a": "1"}}
    chat = json.dumps([{"role": "user", "content": prompt}])
    value = {**fields, "prompts": [chat], "providers": providers, "defaultTest": default}
    one, two = again(write_yaml(value), "promptfoo")
    assert one == two


@pytest.mark.parametrize("form", ["prompt.yml", "promptfoo"])
def test_a_prompt_file_of_ours_keeps_its_prompt(form: PromptFormat) -> None:
    ours = "---\ndescription: d\nsystem: Be brief.\n---\nHi {{name}}, `\\{{x}}`\n"
    written = export_prompt(PromptExportParams(text=ours, format=form)).text
    assert "Hi {{name}}" in import_prompt(PromptImportParams(text=written, format=form)).text
