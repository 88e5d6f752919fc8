"""Inputs are replaced once and letter for letter, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.prompts.placeholders import (
    escape_placeholders,
    fill_placeholders,
    find_placeholders,
)


@pytest.mark.parametrize(
    "text",
    ["Read {{file}}.", "Read ${input:file}.", "Read ${input:file:which file?}."],
)
def test_each_form_of_an_input_is_replaced(text: str) -> None:
    assert fill_placeholders(text, {"file": "a.py"}) == "Read a.py."


def test_a_value_is_never_read_again() -> None:
    values = {"a": "{{b}} ${input:b} \\{{ $1 \\1", "b": "no"}
    assert fill_placeholders("{{a}}{{b}}", values) == "{{b}} ${input:b} \\{{ $1 \\1no"


def test_a_backslash_makes_braces_of_braces() -> None:
    assert fill_placeholders(r"\{{a}} \{{{{a}}", {"a": "x"}) == "{{a}} {{{{a}}"
    assert fill_placeholders(r"\${input:a}", {"a": "x"}) == "${input:a}"
    assert not list(find_placeholders(r"\{{a}}"))


@pytest.mark.parametrize(
    "text",
    [
        "{% if a %}{{ a }}{% endif %}{# a #}",
        "{{a|upper}} {{a.b}} {{a()}} {{ a }} {{-a-}}",
        "{{#if a}}x{{else}}y{{/if}} {{#each a}}{{this}}{{/each}} {{> a}} {{!a}} {{&a}} {{^a}}",
        "{{{a}}} {{{{a}}}} {a} {{}} {{ }} {{{{",
        "$a ${a} ${input} ${input:} ${env:HOME} ${file} $(ls) `ls` !ls",
        "<% a %> <%= a %> #{a} %a% @a",
    ],
    ids=["jinja", "filters", "handlebars", "braces", "shells", "others"],
)
def test_what_template_engines_write_comes_out_letter_for_letter(text: str) -> None:
    assert fill_placeholders(text, {"a": "REPLACED"}) == text
    assert list(find_placeholders(text)) == []


def test_a_word_of_template_engines_is_an_input_if_it_is_declared() -> None:
    assert [use.name for use in find_placeholders("{{else}}", {"else"})] == ["else"]


def test_an_input_without_a_value_stays_as_it_is() -> None:
    assert fill_placeholders("{{a}} ${input:b:c}", {}) == "{{a}} ${input:b:c}"


def test_uses_are_found_with_their_places_and_hints() -> None:
    text = "a {{one}} b ${input:two:what?}"
    assert [(use.name, text[use.start : use.end], use.hint) for use in find_placeholders(text)] == [
        ("one", "{{one}}", None),
        ("two", "${input:two:what?}", "what?"),
    ]


@given(st.text(alphabet="{}\\$a:input ", max_size=60))
def test_an_escaped_text_comes_out_as_it_was(text: str) -> None:
    assert fill_placeholders(escape_placeholders(text), {"a": "X", "input": "X"}) == text


@given(st.text(), st.text())
def test_any_value_comes_out_letter_for_letter(before: str, value: str) -> None:
    text = escape_placeholders(before)
    assert fill_placeholders(f"{text} {{{{a}}}}", {"a": value}).endswith(f" {value}")
