"""Registers what prompt files and pipelines have: completion, links, diagnostics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from antiphon.lsp.features.pipeline_files.completion import complete_pipeline
from antiphon.lsp.features.prompt_files.completion import TRIGGERS, complete_prompt
from antiphon.lsp.features.prompt_files.links import list_document_links

if TYPE_CHECKING:
    from antiphon.lsp.features.language_server.server import AntiphonServer

_COMPLETION = types.CompletionOptions(trigger_characters=[*TRIGGERS])


def register(server: AntiphonServer) -> None:
    """Registers the features."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, _COMPLETION)
    async def completion(
        ls: AntiphonServer, params: types.CompletionParams
    ) -> list[types.CompletionItem]:
        """Lists what may be written in a prompt file or a pipeline."""
        if ls.pipelines.is_pipeline(params.text_document.uri):
            return await complete_pipeline(ls.pipelines, params.text_document.uri, params.position)
        return await complete_prompt(ls.prompts, params.text_document.uri, params.position)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def document_link(
        ls: AntiphonServer, params: types.DocumentLinkParams
    ) -> list[types.DocumentLink]:
        """Lists the links from a prompt file to its context."""
        return await list_document_links(ls.prompts, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: AntiphonServer, params: types.DidOpenTextDocumentParams) -> None:
        """Notes that the document is to be checked."""
        ls.prompt_diagnostics.changed(params.text_document.uri)
        ls.pipeline_diagnostics.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: AntiphonServer, params: types.DidChangeTextDocumentParams) -> None:
        """Notes that the document is to be checked once typing pauses."""
        ls.prompt_diagnostics.changed(params.text_document.uri)
        ls.pipeline_diagnostics.changed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: AntiphonServer, params: types.DidCloseTextDocumentParams) -> None:
        """Removes the diagnostics."""
        ls.prompt_diagnostics.closed(params.text_document.uri)
        ls.pipeline_diagnostics.closed(params.text_document.uri)
