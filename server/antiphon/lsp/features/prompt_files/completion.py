"""Completes prompt files: keys, models, presets, line-ups, inputs and paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types

from antiphon.lsp.features.language_server.locations import lsp_range, to_position
from antiphon.lsp.features.prompt_files.choices import (
    Choice,
    list_context,
    list_keys,
    list_models,
)
from antiphon.lsp.features.prompt_files.cursor import CursorPlace, find_place_of_cursor
from antiphon.model.values.positions import offset_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.prompts.inputs import InputField
    from antiphon.lsp.features.prompt_files.documents import PromptDocument, PromptDocuments

TRIGGERS: Final = ("{", "@", "/", ":", "[")
_NEXT: Final = "}}"


async def complete_prompt(
    documents: PromptDocuments, uri: str, position: types.Position
) -> list[types.CompletionItem]:
    """Returns what may be written at a position of an open prompt file."""
    document = await documents.find(uri)
    if document is None:
        return []
    offset = offset_at(document.text, to_position(position))
    place = find_place_of_cursor(document.text, offset, document.file.split)
    choices = await _list_choices(documents, document, place, offset)
    span = lsp_range(document.lines.range(offset - len(place.word), offset))
    return [_to_item(each, span, index) for index, each in enumerate(choices)]


async def _list_choices(
    documents: PromptDocuments, document: PromptDocument, place: CursorPlace, offset: int
) -> Sequence[Choice]:
    match place.path:
        case ("input",):
            follows = document.text[offset : offset + 2] == _NEXT or not place.closes
            end = "" if follows else _NEXT
            return [
                _input_choice(field, end)
                for field in document.file.inputs
                if field.is_declared or field.name != place.word  # what is being written
            ]
        case ("models",) | ("models", "model"):
            return await list_models((await documents.reader()).check)
        case ("lineup",):
            lineups = (await documents.reader()).check.lineups()
            return [Choice(name, f"{len(models)} models") for name, models in lineups.items()]
        case ("context",):
            return await list_context(documents.services.store(), document.uri, place.word)
        case _:
            return list_keys(place.path, document.file)


def _input_choice(field: InputField, end: str) -> Choice:
    return Choice(field.name, field.description or "", insert=field.name + end)


def _to_item(choice: Choice, span: types.Range, index: int) -> types.CompletionItem:
    kinds = types.CompletionItemKind
    return types.CompletionItem(
        label=choice.label,
        detail=choice.detail or None,
        kind=kinds.Field if choice.is_key else kinds.Value,
        sort_text=f"{index:05}",
        filter_text=choice.label,
        text_edit=types.TextEdit(span, choice.insert or choice.label),
    )
