"""A prompt of the library is found by its name, and never taken from a folder by accident."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from antiphon.model.commands.prompts import PromptInfo
from antiphon_terminal.asking.library_prompt import find_prompt
from antiphon_terminal.commands.prompt import guess_format

if TYPE_CHECKING:
    from antiphon.model.commands.prompts import PromptSource


def prompt(name: str, path: str, source: PromptSource = "product") -> PromptInfo:
    return PromptInfo(name=name, uri=Path(path).as_uri(), source=source)


PROMPTS = [
    prompt("Review my changes", "/lib/review-my-changes.antiphon.md"),
    prompt("Write tests", "/lib/write tests.antiphon.md"),
]


@pytest.mark.parametrize(
    "name", ["Review my changes", "review-my-changes", "review-my-changes.antiphon.md"]
)
def test_a_name_or_a_file_name_finds_it(name: str) -> None:
    assert find_prompt(PROMPTS, name) == Path("/lib/review-my-changes.antiphon.md")


def test_a_path_with_spaces_is_read_from_its_address() -> None:
    assert find_prompt(PROMPTS, "Write tests") == Path("/lib/write tests.antiphon.md")


def test_a_name_that_a_folder_has_too_is_refused_with_both_files() -> None:
    both = [prompt("Write tests", "/w/.antiphon/prompts/t.antiphon.md", "workspace"), *PROMPTS]
    with pytest.raises(click.UsageError) as refused:
        find_prompt(both, "Write tests")
    assert "/w/.antiphon/prompts/t.antiphon.md, /lib/write tests" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("Review my change", "Did you mean 'Review my changes'?"), ("x", "prompt list")],
)
def test_a_name_that_is_not_there_gets_a_hint(name: str, hint: str) -> None:
    with pytest.raises(click.UsageError) as refused:
        find_prompt(PROMPTS, name)
    assert hint in str(refused.value)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("review.prompt.md", "prompt.md"),
        ("SKILL.md", "skill.md"),
        ("a.prompt.yaml", "prompt.yml"),
        ("promptfooconfig.yaml", "promptfoo"),
    ],
)
def test_the_format_of_another_tool_is_known_by_the_name_of_its_file(name: str, form: str) -> None:
    assert guess_format(name) == form


def test_a_name_that_says_no_format_is_refused() -> None:
    with pytest.raises(click.UsageError, match="name it with --format"):
        guess_format("template.yaml")
