"""Answers `antiphon.prompt.import` and `antiphon.prompt.export`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from antiphon.engine.prompts.formats.draft import to_draft, write_prompt_file
from antiphon.engine.prompts.formats.front_matter_formats import (
    read_prompt_md,
    read_skill,
    write_skill,
)
from antiphon.engine.prompts.formats.llm_template import read_llm_template
from antiphon.engine.prompts.formats.prompt_yml import read_prompt_yml, write_prompt_yml
from antiphon.engine.prompts.formats.promptfoo import read_promptfoo, write_promptfoo
from antiphon.engine.prompts.parsing.prompt_file import parse_prompt_file
from antiphon.engine.source_text.problems import refuse_with_problems
from antiphon.model.commands.prompts import IgnoredField, PromptExportResult, PromptImportResult
from antiphon.model.failure import error
from antiphon.model.values.positions import LineStarts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from antiphon.engine.prompts.formats.draft import Draft
    from antiphon.model.commands.prompts import (
        PromptExportParams,
        PromptFormat,
        PromptImportParams,
    )

_READERS: Final[Mapping[PromptFormat, Callable[[str], Draft]]] = MappingProxyType(
    {
        "prompt.md": read_prompt_md,
        "skill.md": read_skill,
        "prompt.yml": read_prompt_yml,
        "llm": read_llm_template,
        "promptfoo": read_promptfoo,
    }
)
_WRITERS: Final[Mapping[PromptFormat, Callable[[Draft], str]]] = MappingProxyType(
    {"skill.md": write_skill, "prompt.yml": write_prompt_yml, "promptfoo": write_promptfoo}
)
_HELD: Final[Mapping[PromptFormat, Collection[str]]] = MappingProxyType(
    {
        "skill.md": {"antiphon", "kept", "name", "description", "argument-hint", "system"},
        "prompt.yml": {"antiphon", "kept", "name", "description", "models", "system", "params"},
        "promptfoo": {"antiphon", "kept", "description", "models", "system", "inputs", "expect"},
    }
)
"""The keys of a prompt file that each format has a place for."""


def import_prompt(params: PromptImportParams) -> PromptImportResult:
    """Returns another tool's file as a prompt file, and what of it does nothing here.

    Raises `AntiphonError` (`invalid_params`) with the line of what cannot be read.
    """
    draft = _READERS[params.format](params.text)
    ignored = sorted(draft.ignored, key=lambda each: each.line)
    return PromptImportResult(text=write_prompt_file(draft), ignored=ignored)


def export_prompt(params: PromptExportParams) -> PromptExportResult:
    """Returns a prompt file in another tool's format, and what that cannot hold.

    Raises `AntiphonError`: `unsupported` for a format that is only read, `invalid_params` for a
    prompt file with errors.
    """
    write = _WRITERS.get(params.format)
    if write is None:
        hint = f"Formats that are written: {', '.join(_WRITERS)}."
        message = f"{params.format} is read, and not written."
        raise error("unsupported", message, hint=hint, field="$.format")
    file = parse_prompt_file(params.text)
    lines = LineStarts(params.text)
    if any(each.is_error for each in file.problems):
        raise refuse_with_problems(file.problems, lines, field="$.text")
    held = _HELD[params.format]
    ignored = [
        IgnoredField(key=pair.name, line=lines.at(pair.key.start)[0] + 1, reason="unknown")
        for pair in (file.fields.pairs if file.fields is not None else ())
        if pair.name not in held
    ]
    return PromptExportResult(text=write(to_draft(file)), ignored=ignored)
