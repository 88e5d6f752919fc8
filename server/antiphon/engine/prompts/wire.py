"""Converts a parsed prompt file to what clients receive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.prompts.context_entries import SPECIAL_URIS, find_place
from antiphon.model.commands.prompts import (
    PromptContextEntry,
    PromptInput,
    PromptProblem,
    PromptReadResult,
    PromptTurn,
)
from antiphon.model.conversation.session import Params
from antiphon.model.values.positions import LineStarts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.prompts.checks.analysis import PromptAnalysis
    from antiphon.engine.prompts.context_entries import ContextEntry, FileLocation
    from antiphon.engine.prompts.inputs import InputField
    from antiphon.engine.prompts.parsing.prompt_file import PromptFile
    from antiphon.engine.source_text.problems import SourceProblem
    from antiphon.model.commands.runs import ModelChoice


def to_read_result(
    text: str,
    file: PromptFile,
    analysis: PromptAnalysis,
    models: Sequence[str | ModelChoice],
    location: FileLocation,
) -> PromptReadResult:
    """Returns the result of `antiphon.prompt.read`."""
    lines = LineStarts(text)
    return PromptReadResult(
        name=file.name,
        description=file.description,
        argument_hint=file.argument_hint,
        models=list(models),
        lineup=file.lineup.name if file.lineup is not None else None,
        system=file.system,
        params=file.params or Params(),
        inputs=[to_wire_input(field) for field in file.inputs],
        context=[_to_wire_entry(entry, location) for entry in file.context],
        budget=f"{file.budget:f}" if file.budget is not None else None,
        expect=[rule.to_plain() for rule in file.expect],
        turns=[
            PromptTurn(role=turn.role, text=turn.text)
            for turn in file.turns
            if turn.role != "system"
        ],
        problems=[_to_wire_problem(problem, lines) for problem in analysis.problems],
    )


def to_info_fields(file: PromptFile) -> tuple[str | None, str | None]:
    """Returns the name and the description of a file, each as one line."""
    name, description = (
        " ".join(text.split()) if text else None for text in (file.name, file.description)
    )
    return name or None, description or None


def to_wire_input(field: InputField) -> PromptInput:
    """Returns an input as clients receive it."""
    return PromptInput(
        name=field.name,
        description=field.description,
        default=field.default,
        required=field.required and field.default is None,
        enum=list(field.enum) or None,
    )


def _to_wire_entry(entry: ContextEntry, location: FileLocation) -> PromptContextEntry:
    if entry.is_special:
        return PromptContextEntry(entry=entry.text, uri=SPECIAL_URIS.get(entry.text))
    place = None if entry.has_inputs else find_place(entry.text, location)
    if place is None:
        return PromptContextEntry(entry=entry.text)
    item = place.to_item()
    return PromptContextEntry(entry=entry.text, uri=item.uri, range=item.range)


def _to_wire_problem(problem: SourceProblem, lines: LineStarts) -> PromptProblem:
    return PromptProblem(
        message=problem.message,
        range=lines.range(problem.start, problem.end),
        severity=problem.severity,
        kind=problem.kind,
        hint=problem.hint,
    )
