"""Completes pipelines: keys, types of steps, references, models, line-ups and inputs.

A text that is being written can rarely be read, so what is before the cursor decides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from antiphon.engine.pipelines.source.shape import PIPELINE_KEYS, STEP_TYPES, keys_of
from antiphon.engine.prompts.context_entries import SPECIAL_URIS
from antiphon.engine.prompts.inputs import INPUT_KEYS
from antiphon.lsp.features.language_server.locations import to_position
from antiphon.lsp.features.pipeline_files.key_docs import KEY_DOCS
from antiphon.lsp.features.prompt_files.choices import Choice, list_models
from antiphon.model.values.positions import offset_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.lsp.features.pipeline_files.documents import PipelineDocument, PipelineDocuments

_VALUE: Final = re.compile(
    r"(?P<key>[A-Za-z-]+):[ ]*\[?(?:[^\[\]{}:]*,)?[ ]*['\"]?(?P<word>[^\s'\",]*)$"
)
_ITEM: Final = re.compile(r"^(?P<indent>\s*)-[ ]+(?P<word>[^\s:]*)$")
_INPUT: Final = re.compile(r"\{\{(?P<word>[\w-]*)$")
_KEY: Final = re.compile(r"(?:^\s*(?:-[ ]+)?|[{,][ ]*)(?P<word>[A-Za-z-]*)$")
_STEP_ID: Final = re.compile(r"\bid:[ ]*['\"]?([A-Za-z_][\w-]*)")
_TYPE: Final = re.compile(r"\btype:[ ]*['\"]?([a-z]+)")
_REFERENCES: Final = frozenset({"panes", "from", "to", "of", "left", "right"})
_WORDS: Final = {
    "antiphon": ("pipeline/v1",),
    "type": tuple(STEP_TYPES),
    "format": ("executive", "technical", "bullets"),
    "mode": ("ask", "context"),
    "role": ("user", "preserve"),
    "granularity": ("word", "line", "char"),
    "context": tuple(SPECIAL_URIS),
}


async def complete_pipeline(
    documents: PipelineDocuments, uri: str, position: types.Position
) -> list[types.CompletionItem]:
    """Returns what may be written at a position of an open pipeline."""
    document = await documents.find(uri)
    if document is None:
        return []
    offset = offset_at(document.text, to_position(position))
    line = document.text[document.text.rfind("\n", 0, offset) + 1 : offset]
    word, choices = await _list_choices(documents, document, line, offset)
    start = types.Position(position.line, position.character - len(word.encode("utf-16-le")) // 2)
    span = types.Range(start, position)
    return [
        types.CompletionItem(
            label=each.label,
            detail=each.detail or None,
            kind=types.CompletionItemKind.Field if each.is_key else types.CompletionItemKind.Value,
            sort_text=f"{index:05}",
            filter_text=each.label,
            text_edit=types.TextEdit(span, each.insert or each.label),
        )
        for index, each in enumerate(choices)
    ]


async def _list_choices(
    documents: PipelineDocuments, document: PipelineDocument, line: str, offset: int
) -> tuple[str, Sequence[Choice]]:
    if found := _INPUT.search(line):
        inputs = [Choice(each.name, each.description or "") for each in document.read.inputs]
        return found["word"], [each for each in inputs if each.label != found["word"]]
    if found := _VALUE.search(line):
        return found["word"], await _list_values(documents, document, found["key"])
    if found := _ITEM.search(line):
        key = _key_above(document.text[:offset], len(found["indent"]))
        if key not in {"steps", None}:
            return found["word"], await _list_values(documents, document, key or "")
    if found := _KEY.search(line):
        return found["word"], _list_keys(document, line, offset)
    return "", []


async def _list_values(
    documents: PipelineDocuments, document: PipelineDocument, key: str
) -> Sequence[Choice]:
    if key in _REFERENCES:
        return _list_references(document)
    if key in {"models", "model"}:
        return await list_models((await documents.services.reader()).check)
    if key == "lineup":
        lineups = (await documents.services.reader()).check.lineups()
        return [Choice(name, f"{len(models)} models") for name, models in lineups.items()]
    return [Choice(word, KEY_DOCS.get(word, "")) for word in _WORDS.get(key, ())]


def _list_references(document: PipelineDocument) -> list[Choice]:
    pipeline = document.read.pipeline
    if pipeline is None:
        return [Choice(name) for name in _STEP_ID.findall(document.text)]
    return [Choice(step.id, step.type) for step in pipeline.steps]


def _list_keys(document: PipelineDocument, line: str, offset: int) -> list[Choice]:
    above = document.text[:offset]
    if not line[:1].isspace() and not line.startswith("-") and "{" not in line:
        known = re.findall(r"^([A-Za-z-]+):", document.text, re.MULTILINE)
        return [_key(name) for name in PIPELINE_KEYS if name not in known]
    if re.search(r"^inputs:(?:\n(?:\s.*)?)*\Z", above, re.MULTILINE):
        return [_key(name) for name in INPUT_KEYS]
    begin = max(above.rfind("\n  - "), above.rfind("\n- "), above.rfind("- {"))
    end = document.text.find("\n  - ", offset)
    step = document.text[max(begin, 0) : end if end >= 0 else len(document.text)]
    named = _TYPE.search(step)
    kind = STEP_TYPES.get(named[1]) if named is not None else None
    keys = ["id", "type"] if kind is None else keys_of(kind)
    used = set(re.findall(r"\b([A-Za-z-]+):", step))
    return [_key(name) for name in keys if name not in used]


def _key_above(text: str, indent: int) -> str | None:
    """Returns the key whose list an item at this indentation belongs to."""
    for line in reversed(text.split("\n")[:-1]):
        depth = len(line) - len(line.lstrip())
        if line.strip() and (
            depth < indent or (depth == indent and not line.lstrip().startswith("-"))
        ):
            found = re.search(r"([A-Za-z-]+):\s*$", line)
            return found[1] if found is not None else None
    return None


def _key(name: str) -> Choice:
    return Choice(name, KEY_DOCS.get(name, ""), insert=f"{name}: ", is_key=True)
