"""Defines what a prompt is in every format, and writes it as a prompt file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct, field

from antiphon.engine.prompts.formats.source import mapping_of
from antiphon.engine.prompts.parsing.turns import escape_turn
from antiphon.engine.prompts.placeholders import rewrite_placeholders
from antiphon.engine.source_text.yaml_writer import write_yaml
from antiphon.model.commands.prompts import IgnoredField
from antiphon.model.conversation.session import given

if TYPE_CHECKING:
    from antiphon.engine.prompts.parsing.prompt_file import PromptFile
    from antiphon.model.conversation.message import Role
    from antiphon.model.conversation.session import Params

_BLANK_LINES: Final = re.compile(r"\A(?:[ \t]*(?:\r\n|\n|\r))*")


class Draft(Struct):
    """A prompt between two formats."""

    name: str | None = None
    description: str | None = None
    argument_hint: str | None = None
    models: list[str | dict[str, Any]] = field(default_factory=list[str | dict[str, Any]])
    system: str | None = None
    params: dict[str, Any] = field(default_factory=dict[str, Any])
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    expect: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    turns: list[tuple[Role, str]] = field(default_factory=list["tuple[Role, str]"])
    kept: dict[str, Any] = field(default_factory=dict[str, Any])
    """What only the other tool understands, by its own names."""
    ignored: list[IgnoredField] = field(default_factory=list[IgnoredField])

    def ignore(self, key: str, line: int, reason: Literal["runs", "unknown"]) -> None:
        """Names something that a prompt file does not do."""
        self.ignored.append(IgnoredField(key=key, line=line, reason=reason))

    def add_message(self, role: Role, text: str) -> None:
        """Adds a message, to the system prompt if its role is system."""
        text = tidy(text)
        if not text:
            return
        if role == "system":
            self.system = f"{self.system}\n\n{text}" if self.system else text
        else:
            self.turns.append((role, text))


def tidy(text: str) -> str:
    """Returns a text without the blank lines around it, with line feeds as line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _BLANK_LINES.sub("", text).rstrip()


def to_braces(text: str) -> str:
    """Returns a text with `{{name}}` for every form of an input."""
    return rewrite_placeholders(
        text,
        lambda name: f"{{{{{name}}}}}",
        # Those tools have no escape: a brace keeps its backslash.
        lambda escaped: escaped if escaped.startswith("$") else f"\\{escaped}",
    )


def write_prompt_file(draft: Draft) -> str:
    """Returns the draft as the text of a prompt file."""
    fields = {
        "name": draft.name,
        "description": draft.description,
        "argument-hint": draft.argument_hint,
        "models": draft.models,
        "system": draft.system,
        "params": draft.params,
        "inputs": {name: each or {"required": True} for name, each in draft.inputs.items()},
        "expect": draft.expect,
        "kept": dict(sorted(draft.kept.items())),  # writers put what they know before the rest
    }
    present = {key: value for key, value in fields.items() if value}
    head = f"---\n{write_yaml({'antiphon': 'prompt/v1', **present})}---\n"
    match draft.turns:
        case [("user", text)]:
            return f"{head}{escape_turn(text)}\n"
        case turns:
            return head + "\n".join(f"## {role}\n\n{escape_turn(text)}\n" for role, text in turns)


def to_draft(file: PromptFile) -> Draft:
    """Returns what other formats may hold of a prompt file."""
    found = file.fields
    pair = found.find("kept") if found is not None else None
    kept = mapping_of(pair.value) if pair is not None else {}
    inputs: dict[str, dict[str, Any]] = {}
    for each in file.inputs:
        if each.is_declared:
            options = {
                "description": each.description,
                "default": each.default,
                "enum": list(each.enum) or None,
            }
            inputs[each.name] = {key: value for key, value in options.items() if value is not None}
    return Draft(
        name=file.name,
        description=file.description,
        argument_hint=file.argument_hint,
        models=[_to_plain_model(entry.model, entry.title, entry.params) for entry in file.models],
        system=file.system,
        params=_to_plain_params(file.params),
        inputs=inputs,
        expect=[rule.to_plain() for rule in file.expect],
        turns=[(turn.role, turn.text) for turn in file.turns if turn.role != "system"],
        kept=kept,
    )


def _to_plain_model(model: str, title: str | None, params: Params | None) -> str | dict[str, Any]:
    if title is None and params is None:
        return model
    choice = {"model": model, "title": title, "params": _to_plain_params(params)}
    return {key: value for key, value in choice.items() if value}


def _to_plain_params(params: Params | None) -> dict[str, Any]:
    return params.to_wire() if params is not None and given(params) else {}
