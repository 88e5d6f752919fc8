"""Prompts of other tools are read, and what they would run is named and left out."""

from __future__ import annotations

import pytest

from antiphon.engine.prompts.formats.convert import export_prompt, import_prompt
from antiphon.engine.prompts.formats.scan import COMMANDS, VARIABLES, find_active_parts
from antiphon.engine.prompts.parsing.prompt_file import PromptFile, parse_prompt_file
from antiphon.model.commands.prompts import (
    PromptExportParams,
    PromptFormat,
    PromptImportParams,
)
from antiphon.model.failure import AntiphonError

Named = list[tuple[str, int, str]]


def read(text: str, form: PromptFormat) -> tuple[PromptFile, Named]:
    """The prompt file that a text becomes, without an error, and what of it is ignored."""
    result = import_prompt(PromptImportParams(text=text, format=form))
    file = parse_prompt_file(result.text)
    assert [each.message for each in file.problems if each.is_error] == [], result.text
    return file, [(each.key, each.line, each.reason) for each in result.ignored]


def turns(file: PromptFile) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in file.turns]


def test_a_prompt_file_of_vs_code() -> None:
    file, ignored = read(
        "---\nname: form\ndescription: Makes a form\nargument-hint: fields=…\nagent: agent\n"
        "model: GPT-4o\ntools: ['search', 'fetch']\nauthor: me\n---\n"
        "Make a form named ${input:name:the form's name}.\nUse #tool:githubRepo a/b and ${file}.\n"
        "See [the guide](../guide.md) and [this](https://a.example/x).\n",
        "prompt.md",
    )
    assert (file.name, file.description, file.argument_hint) == ("form", "Makes a form", "fields=…")
    assert [(each.name, each.description) for each in file.inputs] == [("name", "the form's name")]
    assert file.models == []
    assert ignored == [
        ("agent", 5, "runs"),
        ("model", 6, "unknown"),
        ("tools", 7, "runs"),
        ("author", 8, "unknown"),
        ("#tool:githubRepo", 11, "runs"),
        ("${file}", 11, "runs"),
        ("](../guide.md)", 12, "runs"),
    ]
    assert "${file}" in turns(file)[0][1], "it comes out letter for letter"


def test_an_agent_skill() -> None:
    file, ignored = read(
        "---\nname: pdf\ndescription: Fills forms\nallowed-tools: Bash(python:*)\nlicense: MIT\n"
        "hooks: {PreToolUse: [{command: rm -rf /}]}\n---\n\n# Fill\n\n"
        "Of $ARGUMENTS: !`git status`\n",
        "skill.md",
    )
    assert turns(file) == [("user", "# Fill\n\nOf {{arguments}}: !`git status`")]
    assert [(each.name, each.required) for each in file.inputs] == [("arguments", False)]
    assert ignored == [
        ("allowed-tools", 4, "runs"),
        ("license", 5, "unknown"),
        ("hooks", 6, "runs"),
        ("!`git status`", 11, "runs"),
    ]


def test_a_prompt_of_github_models() -> None:
    file, ignored = read(
        "name: Summarizer\ndescription: Sums up\nmodel: openai/gpt-4o-mini\n"
        "modelParameters:\n  temperature: 0.5\n  max_tokens: 100\n"
        "messages:\n  - role: system\n    content: You sum up.\n"
        "  - role: user\n    content: |\n      Sum up:\n      {{input}}\n"
        "  - role: assistant\n    content: Which?\n  - role: user\n"
        "    content: '{% if x %}This{{x}}'\n"
        "testData:\n  - input: a\nevaluators: []\ntools: [{type: function}]\n",
        "prompt.yml",
    )
    assert (file.name, file.system) == ("Summarizer", "You sum up.")
    assert [entry.model for entry in file.models] == ["openai/gpt-4o-mini"]
    assert file.params is not None
    assert (file.params.temperature, file.params.max_tokens) == (0.5, 100)
    assert turns(file) == [
        ("user", "Sum up:\n{{input}}"),
        ("assistant", "Which?"),
        ("user", "{% if x %}This{{x}}"),
    ]
    assert ignored == [
        ("{% if x %}", 17, "runs"),
        ("testData", 18, "unknown"),
        ("evaluators", 20, "unknown"),
        ("tools", 21, "runs"),
    ]


def test_a_template_of_llm() -> None:
    file, ignored = read(
        "model: gpt-4o\nsystem: You speak $language.\nprompt: 'Of $input in ${style}, at $$5'\n"
        "defaults: {language: French, style: 3}\noptions: {temperature: 1.8}\n"
        "functions: |\n  import os\nfragments: [https://a.example/x]\n"
        "schema_object: {type: object}\n",
        "llm",
    )
    assert file.system == "You speak {{language}}."
    assert turns(file) == [("user", "Of {{input}} in {{style}}, at $5")]
    assert {each.name: each.default for each in file.inputs} == {
        "language": "French",
        "style": "3",
        "input": None,
    }
    assert ignored == [
        ("model", 1, "unknown"),
        ("functions", 6, "runs"),
        ("fragments", 8, "runs"),
        ("schema_object", 9, "unknown"),
    ]
    braces, _ = read("prompt: 'Of {{x}} and ${input:y}'", "llm")
    assert braces.inputs == []
    only_system, _ = read("system: Sum up", "llm")
    assert turns(only_system) == [("user", "{{input}}")]
    bare, _ = read("'Sum up: $input'", "llm")
    assert turns(bare) == [("user", "Sum up: {{input}}")]


def test_a_configuration_of_promptfoo() -> None:
    file, ignored = read(
        "description: Translates\nprompts:\n  - 'To {{ language }}: {{text | upper}}'\n"
        "  - file://other.txt\n  - Another {{text}}\n"
        "providers:\n  - openai:gpt-5-mini\n  - openai:chat:gpt-5\n"
        "  - {id: 'anthropic:messages:claude-4', label: C, config: {max_tokens: 9, apiKey: k}}\n"
        "  - file://provider.js\n  - exec:python x.py\n"
        "defaultTest:\n  vars: {language: French, text: 'file://t.txt'}\n  assert:\n"
        "    - {type: contains, value: Bonjour}\n    - {type: cost, threshold: 0.01}\n"
        "    - {type: javascript, value: 'output.length > 1'}\n"
        "    - {type: llm-rubric, value: is polite}\n"
        "tests: [{vars: {text: Hi}}]\nextensions: ['file://x.js:f']\nenv: {KEY: x}\n",
        "promptfoo",
    )
    assert file.description == "Translates"
    assert turns(file) == [("user", "To {{language}}: {{text | upper}}")]
    assert [entry.model for entry in file.models] == [
        *("openai/gpt-5-mini", "openai/gpt-5", "anthropic/claude-4")
    ]
    assert file.models[2].title == "C"
    assert [rule.to_plain() for rule in file.expect] == [
        {"contains": "Bonjour"},
        {"maxCost": "0.01"},
    ]
    assert {each.name: each.default for each in file.inputs} == {"language": "French"}
    runs = {key for key, _, reason in ignored if reason == "runs"}
    assert runs == {
        *("{{text | upper}}", "prompts", "apiKey", "providers", "text", "javascript"),
        *("extensions", "env"),
    }
    assert {key for key, _, reason in ignored if reason == "unknown"} == {
        *("prompts", "llm-rubric", "tests")
    }


@pytest.mark.parametrize(
    ("text", "form", "line"),
    [
        ("---js\nx\n---\nHi", "prompt.md", 1),
        ("---\na: &x 1\n---\nHi", "skill.md", 2),
        ("messages: []\n", "prompt.yml", 1),
        ("messages: [{role: tool, content: x}]", "prompt.yml", 1),
        ("- a\n", "prompt.yml", 1),
        ("a: 1\na: 2\n", "llm", 2),
        ("model: x\n", "llm", 1),
        ("prompts: [file://a.txt]\n", "promptfoo", 1),
        ("prompts:\n\t- a\n", "promptfoo", 2),
        ("a: !!python/object:x y", "promptfoo", 1),
    ],
)
def test_what_cannot_be_read_is_refused_by_line(text: str, form: PromptFormat, line: int) -> None:
    with pytest.raises(AntiphonError) as refused:
        import_prompt(PromptImportParams(text=text, format=form))
    assert (refused.value.failure.kind, refused.value.field) == ("invalid_params", "$.text")
    [problem] = refused.value.details["problems"]  # type: ignore[misc]
    assert problem["line"] == line


def test_a_format_that_is_only_read_is_not_written() -> None:
    with pytest.raises(AntiphonError) as refused:
        export_prompt(PromptExportParams(text="Hi", format="llm"))
    assert (refused.value.failure.kind, refused.value.field) == ("unsupported", "$.format")


def test_what_a_format_cannot_hold_is_named() -> None:
    text = '---\nlineup: fast\ncontext: [a.py]\nbudget: "1"\n---\nHi'
    result = export_prompt(PromptExportParams(text=text, format="prompt.yml"))
    assert [(each.key, each.line) for each in result.ignored] == [
        ("lineup", 2),
        ("context", 3),
        ("budget", 4),
    ]


@pytest.mark.timeout(20)
def test_many_active_parts_are_found_without_reading_the_text_again_for_each() -> None:
    parts = list(find_active_parts("!`a`\n" * 150_000, COMMANDS))
    assert parts[-1] == ("!`a`", 149_999)
    [(part, line)] = find_active_parts("\n" + "${a:" * 50_000, VARIABLES)
    assert (part[:8], line) == ("${a:${a:", 1)
