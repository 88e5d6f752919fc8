"""Answers hover, definition and references, by the provenance of a document's messages.

Hover and definition answer for prompt files too. For all other documents there is `null` or
nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from antiphon.engine.sessions.provenance import hover_markdown
from antiphon.lsp.features.language_server.locations import (
    is_ours,
    lsp_location,
    lsp_range,
    to_position,
)
from antiphon.lsp.features.pipeline_files.hover import hover_pipeline
from antiphon.lsp.features.prompt_files.hover import hover_prompt
from antiphon.lsp.features.prompt_files.links import find_prompt_definition

if TYPE_CHECKING:
    from antiphon.engine.sessions.provenance import MessageAtPosition
    from antiphon.lsp.features.language_server.server import AntiphonServer


def register(server: AntiphonServer) -> None:
    """Registers the three features."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(ls: AntiphonServer, params: types.HoverParams) -> types.Hover | None:
        """Shows where a message came from, or explains what a prompt file says."""
        uri = params.text_document.uri
        if ls.pipelines.is_pipeline(uri):
            return await hover_pipeline(ls.pipelines, uri, params.position)
        if not is_ours(uri):
            return await hover_prompt(ls.prompts, uri, params.position)
        found = await _message_at(ls, params)
        if found is None:
            return None
        value = hover_markdown(found, await ls.services.navigation.trace_provenance(found.message))
        contents = types.MarkupContent(types.MarkupKind.Markdown, value)
        return types.Hover(contents, lsp_range(found.range))

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(
        ls: AntiphonServer, params: types.DefinitionParams
    ) -> list[types.Location]:
        """Finds the origins of a message, or what a prompt file names."""
        uri = params.text_document.uri
        if not is_ours(uri):
            return await find_prompt_definition(ls.prompts, uri, params.position)
        found = await _message_at(ls, params)
        origins = [] if found is None else await ls.services.navigation.find_origins(found)
        return [lsp_location(each) for each in origins]

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(ls: AntiphonServer, params: types.ReferenceParams) -> list[types.Location]:
        """Finds all messages that used a message: transfers, summaries and merges."""
        found = await _message_at(ls, params)
        if found is None:
            return []
        destinations = await ls.services.navigation.find_destinations(found)
        return [lsp_location(each) for each in destinations]


async def _message_at(
    ls: AntiphonServer, params: types.HoverParams | types.DefinitionParams | types.ReferenceParams
) -> MessageAtPosition | None:
    position = to_position(params.position)
    return await ls.services.navigation.find_message(params.text_document.uri, position)
