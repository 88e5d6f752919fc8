"""Parses a prompt file: what it asks, of which models, with which inputs and context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.prompts.context_entries import read_entry
from antiphon.engine.prompts.expect import read_rules
from antiphon.engine.prompts.inputs import add_used_inputs, read_inputs
from antiphon.engine.prompts.parsing.front_matter import split_document
from antiphon.engine.prompts.parsing.models import LineupName, read_models, read_params
from antiphon.engine.prompts.parsing.turns import Turn, read_turns
from antiphon.engine.prompts.placeholders import Placeholder, find_placeholders
from antiphon.engine.source_text.decode import check_text
from antiphon.engine.source_text.problems import SourceProblem, UnreadableSourceError
from antiphon.engine.source_text.yaml_fields import FieldReader
from antiphon.engine.source_text.yaml_nodes import (
    MappingNode,
    ScalarNode,
    describe_node,
)
from antiphon.engine.source_text.yaml_reader import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from antiphon.engine.prompts.context_entries import ContextEntry
    from antiphon.engine.prompts.expect import Rule
    from antiphon.engine.prompts.inputs import InputField
    from antiphon.engine.prompts.parsing.front_matter import SplitDocument
    from antiphon.engine.prompts.parsing.models import ModelEntry
    from antiphon.model.conversation.session import Params

VERSION: Final = "prompt/v1"
KEYS: Final = (
    "antiphon",
    "name",
    "description",
    "argument-hint",
    "models",
    "lineup",
    "system",
    "params",
    "inputs",
    "context",
    "budget",
    "expect",
    "kept",
)


class PromptFile(Struct, frozen=True):
    """What a prompt file says, and what is wrong with it."""

    split: SplitDocument
    turns: Sequence[Turn] = ()
    name: str | None = None
    description: str | None = None
    argument_hint: str | None = None
    models: Sequence[ModelEntry] = ()
    lineup: LineupName | None = None
    system: str | None = None
    """The field `system`, followed by the turns of the role system."""
    params: Params | None = None
    inputs: Sequence[InputField] = ()
    context: Sequence[ContextEntry] = ()
    budget: Decimal | None = None
    budget_place: ScalarNode | None = None
    expect: Sequence[Rule] = ()
    problems: Sequence[SourceProblem] = ()
    fields: MappingNode | None = None
    """The front matter with the places of its keys."""

    @property
    def prompt(self) -> Turn | None:
        """The last turn of the user, which the models answer."""
        asked = [turn for turn in self.turns if turn.role != "system"]
        return asked[-1] if asked and asked[-1].role == "user" else None

    @property
    def earlier(self) -> Sequence[Turn]:
        """The turns of the user and the assistant before the prompt."""
        return [turn for turn in self.turns if turn.role != "system" and turn is not self.prompt]


def parse_prompt_file(text: str) -> PromptFile:
    """Returns what `text` says, with everything that is wrong as `problems`."""
    try:
        check_text(text)
    except UnreadableSourceError as unreadable:
        return PromptFile(split_document(""), problems=[unreadable.problem])
    split = split_document(text)
    problems: list[SourceProblem] = [] if split.problem is None else [split.problem]
    fields = _read_front_matter(text, split, problems)
    turns = read_turns(text, split.body_start)
    found = _read_fields(split, turns, FieldReader(fields, problems))
    _check_turns(found, problems)
    return found


def _read_front_matter(
    text: str, split: SplitDocument, problems: list[SourceProblem]
) -> MappingNode:
    nothing = MappingNode((), split.yaml_start, split.yaml_end)
    if not split.has_front_matter:
        return nothing
    try:
        node = read_yaml(text[split.yaml_start : split.yaml_end], split.yaml_start)
    except UnreadableSourceError as unreadable:
        problems.append(unreadable.problem)
        return nothing
    if node is None or isinstance(node, MappingNode):
        return node or nothing
    message = f"The front matter is a mapping of keys, not {describe_node(node)}."
    problems.append(SourceProblem(message, node.start, node.end))
    return nothing


def _read_fields(split: SplitDocument, turns: Sequence[Turn], reader: FieldReader) -> PromptFile:
    reader.check_keys(KEYS)
    _check_version(reader)
    _name_kept(reader)
    problems = reader.problems
    system = reader.scalar("system")
    entries = [_to_entry(node, reader) for node in reader.items("context")]
    context = [entry for entry in entries if entry is not None]
    declared = read_inputs(reader.mapping("inputs"), problems)
    names = {field.name for field in declared}
    uses = _find_uses(names, turns, system, context)
    system_turns = [turn.text for turn in turns if turn.role == "system" and turn.text]
    lineup = reader.scalar("lineup", "the name of a line-up")
    return PromptFile(
        split,
        turns,
        name=reader.text("name"),
        description=reader.text("description"),
        argument_hint=reader.text("argument-hint"),
        models=read_models(reader.items("models"), problems),
        lineup=LineupName(lineup.text, lineup.start, lineup.end) if lineup else None,
        system="\n\n".join([*([system.text] if system else ()), *system_turns]) or None,
        params=read_params(reader.mapping("params"), problems),
        inputs=add_used_inputs(declared, uses),
        context=context,
        budget=reader.money("budget"),
        budget_place=reader.scalar("budget"),
        expect=read_rules(reader.items("expect"), problems),
        problems=problems,
        fields=reader.node,
    )


def _name_kept(reader: FieldReader) -> None:
    """Names what was kept of another tool's file and does nothing here."""
    node = reader.mapping("kept")
    for pair in node.pairs if node is not None else ():
        message = f"`{pair.name}` is kept from another tool and does nothing here."
        reader.note(pair.key, message, severity="information")


def _to_entry(node: object, reader: FieldReader) -> ContextEntry | None:
    if isinstance(node, ScalarNode):
        return read_entry(node, reader.problems)
    if isinstance(node, MappingNode):
        reader.note(node, 'Write an input in quotes: "{{file}}".')
    return None


def _check_version(reader: FieldReader) -> None:
    node = reader.scalar("antiphon", f"`{VERSION}`")
    if node is None or node.text == VERSION:
        return
    kind, _, version = node.text.partition("/")
    if kind == "prompt" and version.removeprefix("v").isdigit():
        message = f"This file is of the newer format {node.text}; {VERSION} is read."
    else:
        message = f"`antiphon` names the format: `{VERSION}`."
    reader.note(node, message, replacements=(VERSION,))


def _find_uses(
    declared: set[str],
    turns: Sequence[Turn],
    system: ScalarNode | None,
    context: Sequence[ContextEntry],
) -> Iterator[Placeholder]:
    """Yields every use of an input, in the order of the text."""
    for node in (*([system] if system else ()), *context):
        for use in find_placeholders(node.text, declared):
            yield Placeholder(use.name, node.start, node.end, use.hint)
    for turn in turns:
        for use in find_placeholders(turn.written, declared):
            yield Placeholder(use.name, turn.start + use.start, turn.start + use.end, use.hint)


def _check_turns(found: PromptFile, problems: list[SourceProblem]) -> None:
    if found.prompt is not None and found.prompt.text:
        return
    last = found.turns[-1] if found.turns else None
    start = last.heading_start if last else found.split.body_start
    message = "There is no prompt: write it below the front matter."
    if last is not None:
        message = "The last turn is not a prompt: write one under `## user`."
    problems.append(SourceProblem(message, start, max(start, last.end if last else start)))
