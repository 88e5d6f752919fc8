"""Every field of every command that carries an id, found in the JSON Schemas of the arguments."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from antiphon.lsp.commands.table import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KINDS = {
    "sessionId": "session",
    "fromSessionId": "session",
    "paneId": "pane",
    "paneIds": "pane",
    "messageId": "message",
    "messageIds": "message",
    "runId": "run",
    "resume": "pipeline run",
    "left": "pipeline run",
    "right": "pipeline run",
    "pipelineId": "pipeline",
    "pipelineIds": "pipeline",
    "uri": "document",
}
"""What a field's name says that it carries."""
WITHOUT_ID = {
    "approve", "confirmAbove", "cursor", "description", "inputs", "instructions", "key",
    "languageId", "model", "models", "name", "note", "pipeline", "prompt", "provider",
    "providers", "query", "record", "replay", "sha256", "since", "stop", "streamToken",
    "system", "tag", "tags", "text", "title", "until", "with", "workDoneToken",
}  # fmt: skip
"""The other fields that are text. A new one belongs here or above."""


@dataclass(frozen=True)
class IdField:
    """One field of one command, such as `to.paneIds.[]` of `antiphon.sendTo`."""

    command: str
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        return [each for each in self.path if each not in {"[]", "{}"}][-1]

    @property
    def kind(self) -> str:
        return KINDS[self.name]

    def __str__(self) -> str:
        return f"{self.command.removeprefix('antiphon.')} {'.'.join(self.path)}"

    def put(self, base: Mapping[str, Any], value: str) -> dict[str, Any]:
        """`base` with `value` in this field, and nothing else in the object that holds it."""
        argument = copy.deepcopy(dict(base))
        inner: Any = value
        for step in reversed(self.path[1:]):
            inner = [inner] if step == "[]" else {step: inner}
        argument[self.path[0]] = inner
        return argument


def text_fields() -> Iterator[IdField]:
    """Every field of every command that is text of any kind."""
    for command, shape in COMMANDS.items():
        schema = shape.params.model_json_schema(by_alias=True)
        for path in dict.fromkeys(_leaves(schema, schema.get("$defs", {}))):
            yield IdField(command, path)


def id_fields() -> list[IdField]:
    """Every field that carries an id."""
    return [each for each in text_fields() if each.name in KINDS]


def _leaves(
    schema: Mapping[str, Any],
    defs: Mapping[str, Any],
    path: tuple[str, ...] = (),
    inside: tuple[str, ...] = (),
) -> Iterator[tuple[str, ...]]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in inside:
            yield from _leaves(defs[name], defs, path, (*inside, name))
        return
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _leaves(each, defs, path, inside)
    match schema.get("type"):
        case "object":
            for name, each in schema.get("properties", {}).items():
                yield from _leaves(each, defs, (*path, name), inside)
            if isinstance(others := schema.get("additionalProperties"), dict):
                yield from _leaves(others, defs, (*path, "{}"), inside)
        case "array":
            yield from _leaves(schema.get("items", {}), defs, (*path, "[]"), inside)
        case "string" if "enum" not in schema and "const" not in schema:
            yield path
        case _:
            pass
