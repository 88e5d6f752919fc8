"""A prompt file is parsed to a value, with a place for everything that is wrong with it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from antiphon.engine.prompts.parsing.prompt_file import PromptFile, parse_prompt_file
from antiphon.model.values.positions import LineStarts

WHOLE = """\
---
antiphon: prompt/v1
name: Review
description: Reviews a file
argument-hint: a path
models: [demo/terse, "@careful", {model: demo/coder, title: Coder, params: {temperature: 0.5}}]
lineup: fast
system: You review {{language}} code.
params: {maxTokens: 100}
inputs:
  file: {description: which file}
  language: {default: Python}
context: [a.py, "{{file}}", "b.py:3-9", "@selection", "@diff"]
budget: "0.05"
expect:
  - contains: fine
---

Look at {{file}} and at ${input:note:a remark}.
"""


def errors(text: str) -> list[tuple[int, str]]:
    """The line, from one, and the words of each error."""
    lines = LineStarts(text)
    found = parse_prompt_file(text).problems
    return [(lines.at(each.start)[0] + 1, each.message) for each in found if each.is_error]


def turns(file: PromptFile) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in file.turns]


def test_every_field_is_read() -> None:
    file = parse_prompt_file(WHOLE)
    assert file.problems == []
    assert (file.name, file.description, file.argument_hint) == (
        "Review",
        "Reviews a file",
        "a path",
    )
    assert [entry.model for entry in file.models] == ["demo/terse", "@careful", "demo/coder"]
    assert file.models[2].title == "Coder"
    assert file.models[2].params is not None
    assert file.models[2].params.temperature == 0.5
    assert file.lineup is not None
    assert file.lineup.name == "fast"
    assert file.system == "You review {{language}} code."
    assert file.params is not None
    assert file.params.max_tokens == 100
    assert [(each.name, each.required, each.is_declared) for each in file.inputs] == [
        ("file", True, True),
        ("language", False, True),
        ("note", True, False),
    ]
    assert [entry.text for entry in file.context] == [
        *("a.py", "{{file}}", "b.py:3-9", "@selection", "@diff")
    ]
    assert file.budget == Decimal("0.05")
    assert [rule.to_plain() for rule in file.expect] == [{"contains": "fine"}]
    assert turns(file) == [("user", "Look at {{file}} and at ${input:note:a remark}.")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["bare", "BOM"])
def test_line_ends_and_a_byte_order_mark_change_nothing(line_end: str, mark: str) -> None:
    text = mark + WHOLE.replace("\n", line_end)
    file, plain = parse_prompt_file(text), parse_prompt_file(WHOLE)
    assert file.problems == []
    assert [each.model for each in file.models] == [each.model for each in plain.models]
    assert turns(file) == turns(plain)
    entry = file.models[1]
    assert text[entry.start : entry.end] == '"@careful"'
    lines = LineStarts(text)
    assert lines.at(file.turns[0].start) == LineStarts(WHOLE).at(plain.turns[0].start)


def test_a_text_without_front_matter_is_a_prompt() -> None:
    file = parse_prompt_file("\nWhy do whales sing?\n")
    assert file.problems == []
    assert turns(file) == [("user", "Why do whales sing?")]
    assert parse_prompt_file("a\n\n---\nb: c\n---\n").prompt is not None


def test_turns_are_under_headings() -> None:
    file = parse_prompt_file(
        "Before.\n\n## system\nBe brief.\n\n## user\n\nHi\n## assistant\nHello\n## user\nAnd now?\n"
    )
    assert file.problems == []
    assert turns(file) == [
        *(("user", "Before."), ("system", "Be brief."), ("user", "Hi"), ("assistant", "Hello")),
        ("user", "And now?"),
    ]
    assert file.system == "Be brief."
    assert file.prompt is file.turns[-1]
    assert [turn.text for turn in file.earlier] == ["Before.", "Hi", "Hello"]


def test_a_heading_with_a_backslash_is_text() -> None:
    file = parse_prompt_file("## user\nA\n\\## user\n\\\\## system\n### user\n##user\n## users\n")
    assert turns(file) == [("user", "A\n## user\n\\## system\n### user\n##user\n## users")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no prompt"),
        ("---\nname: x\n---\n", "no prompt"),
        ("## user\n\n## assistant\nHello", "not a prompt"),
        ("## user\n", "not a prompt"),
        ("## system\nBe brief.", "not a prompt"),
    ],
)
def test_a_file_without_a_prompt_at_its_end_is_an_error(text: str, words: str) -> None:
    [(_, message)] = errors(text)
    assert words in message


@pytest.mark.parametrize(
    ("front_matter", "line", "words"),
    [
        ("models: [a/b\n", 3, "not valid YAML"),
        ("name: x\nname: y\n", 3, "written twice"),
        ("\tname: x\n", 2, "tab"),
        ("name: &x y\n", 2, "Anchors"),
        ("- a\n", 2, "mapping of keys"),
        ("antiphon: prompt/v2\n", 2, "newer format"),
        ("antiphon: pipeline/v1\n", 2, "names the format"),
        ("\nmodels: {a: b}\n", 3, "is a list"),
        ("models: [{title: x}]\n", 2, "needs its id"),
        ("models: [[a]]\n", 2, "an id or a mapping"),
        ("params: {temperature: hot}\n", 2, "number"),
        ("params: {api_base: 'http://x'}\n", 2, "cannot set"),
        ("models: [{model: a/b, params: {extra: {headers: {}}}}]\n", 2, "cannot set"),
        ("context: [{{file}}]\n", 2, "key must be text"),
        ("context: [{a: b}]\n", 2, "in quotes"),
        ("context: ['@slection']\n", 2, "none of"),
        ("context: ['http://a/b']\n", 2, "address"),
        ("context: ['a.py:9-3']\n", 2, "from-to"),
        ("budget: cheap\n", 2, "US dollars"),
        ("budget: -1\n", 2, "US dollars"),
        ("expect: [{contans: x}]\n", 2, "contans"),
        ("inputs: [a]\n", 2, "is a mapping"),
    ],
)
def test_what_is_wrong_is_named_by_line(front_matter: str, line: int, words: str) -> None:
    found = errors(f"---\n{front_matter}---\nPrompt\n")
    assert found[0][0] == line
    assert words in found[0][1]


def test_front_matter_that_other_tools_would_run_is_refused_by_line() -> None:
    [(line, message)] = errors('---js\nmodule.exports = require("child_process")\n---\nPrompt\n')
    assert line == 1
    assert "js is not read" in message


def test_front_matter_without_an_end_is_refused_by_line() -> None:
    assert errors("---\nname: x\n")[0] == (
        1,
        "The front matter has no end: write `---` on a line of its own.",
    )


def test_an_unknown_key_is_a_warning_with_the_nearest() -> None:
    [problem] = parse_prompt_file("---\nmodles: [a/b]\n---\nPrompt").problems
    assert (problem.severity, list(problem.replacements)) == ("warning", ["models"])


def test_what_was_kept_of_another_tools_file_is_an_information() -> None:
    [problem] = parse_prompt_file("---\nkept: {testData: []}\n---\nPrompt").problems
    assert problem.severity == "information"


def test_a_text_that_is_too_large_or_not_unicode_is_one_error() -> None:
    [large] = parse_prompt_file("x" * 50_000_000).problems
    assert (large.start, large.severity) == (0, "error")
    assert [line for line, _ in errors("a\n\ud83d")] == [2]


def test_templates_in_every_field_come_out_letter_for_letter() -> None:
    template = "{% if a %}{{ a|x }}{{#each b}}{{{c}}}{{/each}}${env:HOME}"
    file = parse_prompt_file(
        f"---\nname: '{template}'\ndescription: '{template}'\nsystem: '{template}'\n"
        f"models: ['{template}']\nexpect: [contains: '{template}']\n---\n{template}"
    )
    assert [each for each in file.problems if each.is_error] == []
    assert {file.name, file.description, file.system, file.models[0].model} == {template}
    assert file.expect[0].value == template
    assert turns(file) == [("user", template)]
    assert file.inputs == []
