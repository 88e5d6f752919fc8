"""Explains a model, a step, an input or a key of a pipeline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from antiphon.engine.pipelines.source.references import parse_reference
from antiphon.engine.pipelines.source.text import list_model_entries
from antiphon.lsp.features.language_server.locations import lsp_range, to_position
from antiphon.lsp.features.pipeline_files.key_docs import KEY_DOCS
from antiphon.lsp.features.prompt_files.hover import describe_choice, describe_input
from antiphon.model.values.positions import offset_at

if TYPE_CHECKING:
    from antiphon.lsp.features.pipeline_files.documents import PipelineDocument, PipelineDocuments

_WORD: Final = re.compile(r"[\w@./-]+")


async def hover_pipeline(
    documents: PipelineDocuments, uri: str, position: types.Position
) -> types.Hover | None:
    """Returns the card of what is at a position of an open pipeline."""
    document = await documents.find(uri)
    if document is None:
        return None
    offset = offset_at(document.text, to_position(position))
    for entry in list_model_entries(document.read):
        if entry.start <= offset <= entry.end:
            check = (await documents.services.reader()).check
            return _card(document, describe_choice(entry.model, check), entry.start, entry.end)
    for found in _WORD.finditer(document.text):
        if found.start() <= offset <= found.end():
            text = _describe(document, found)
            return None if text is None else _card(document, text, found.start(), found.end())
    return None


def _describe(document: PipelineDocument, found: re.Match[str]) -> str | None:
    word, before = found[0], document.text[: found.start()]
    if before.endswith("{{"):
        named = [each for each in document.read.inputs if each.name == word]
        return describe_input(named[0]) if named else None
    pipeline, graph = document.read.pipeline, document.read.graph
    is_key = document.text.startswith(":", found.end())
    if pipeline is not None and not is_key:
        step_id = parse_reference(word).step
        for step in pipeline.steps:
            if step.id == step_id:
                needs = graph.needs[step.id] if graph is not None else ()
                waits = (
                    f"\n\nWaits for {', '.join(f'`{each}`' for each in needs)}." if needs else ""
                )
                return f"**{step.id}**: {step.type}. {KEY_DOCS[step.type]}{waits}"
    return KEY_DOCS.get(word)


def _card(document: PipelineDocument, text: str, start: int, end: int) -> types.Hover:
    contents = types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.Hover(contents, lsp_range(document.lines.range(start, end)))
