"""Leads from a context path to its file, and from an input to its declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from antiphon.engine.prompts.context_entries import find_place
from antiphon.engine.prompts.placeholders import find_placeholders
from antiphon.lsp.features.language_server.locations import lsp_range, to_position
from antiphon.model.values.positions import offset_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from antiphon.engine.prompts.inputs import InputField
    from antiphon.lsp.features.prompt_files.documents import PromptDocument, PromptDocuments
    from antiphon.model.commands.runs import ContextItem


async def list_document_links(documents: PromptDocuments, uri: str) -> list[types.DocumentLink]:
    """Returns a link for each entry of the context that is a file."""
    document = await documents.find(uri)
    if document is None:
        return []
    return [
        types.DocumentLink(lsp_range(document.lines.range(start, end)), target=_to_target(item))
        for start, end, item in _list_files(documents, document)
    ]


async def find_prompt_definition(
    documents: PromptDocuments, uri: str, position: types.Position
) -> list[types.Location]:
    """Returns where the file, or the declaration of the input, at a position is."""
    document = await documents.find(uri)
    if document is None:
        return []
    offset = offset_at(document.text, to_position(position))
    for start, end, item in _list_files(documents, document):
        if start <= offset <= end:
            top = types.Position(0, 0)
            span = lsp_range(item.range) if item.range is not None else types.Range(top, top)
            return [types.Location(item.uri, span)]
    field = find_input_at(document, offset)
    if field is None or not field.is_declared:
        return []
    return [types.Location(uri, lsp_range(document.lines.range(field.start, field.end)))]


def find_input_at(document: PromptDocument, offset: int) -> InputField | None:
    """Returns the input that is used or declared at an offset, or `None`."""
    fields = {field.name: field for field in document.file.inputs}
    for field in fields.values():
        if field.is_declared and field.start <= offset <= field.end:
            return field
    start = document.text.rfind("\n", 0, offset) + 1
    end = document.text.find("\n", offset)
    written = document.text[start : end if end >= 0 else len(document.text)]
    for use in find_placeholders(written, fields):
        if use.start <= offset - start <= use.end:
            return fields.get(use.name)
    return None


def _list_files(
    documents: PromptDocuments, document: PromptDocument
) -> Iterator[tuple[int, int, ContextItem]]:
    location = documents.services.store().location(document.uri)
    for entry in document.file.context:
        if not entry.is_special and not entry.has_inputs:
            place = find_place(entry.text, location)
            if place is not None:
                yield entry.start, entry.end, place.to_item()


def _to_target(item: ContextItem) -> str:
    """Returns the address of a file, with its first line as a fragment."""
    return item.uri if item.range is None else f"{item.uri}#L{item.range.start.line + 1}"
