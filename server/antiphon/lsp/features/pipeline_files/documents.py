"""Reads the pipelines that are open in one client, once a version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import anyio.to_thread
from msgspec import Struct

from antiphon.engine.pipelines.source.text import read_text
from antiphon.engine.source_text.decode import MOST_BYTES
from antiphon.model.values.positions import LineStarts

if TYPE_CHECKING:
    from pygls.workspace import TextDocument, Workspace

    from antiphon.engine.pipelines.source.text import PipelineText
    from antiphon.lsp.features.language_server.services import PromptServices

SUFFIX: Final = ".antiphon.yaml"
LANGUAGE: Final = "antiphon-pipeline"


class PipelineDocument(Struct, frozen=True):
    """One open pipeline, as it was at one version."""

    uri: str
    text: str
    version: int | None
    read: PipelineText
    lines: LineStarts


class PipelineDocuments:
    """The pipelines that are open in one client."""

    def __init__(self, workspace: Workspace, services: PromptServices) -> None:
        self._workspace = workspace
        self.services = services
        self._known: dict[str, PipelineDocument] = {}

    def is_pipeline(self, uri: str) -> bool:
        """Checks whether an open document is a pipeline, by its name or its language."""
        return self._open(uri) is not None

    async def find(self, uri: str) -> PipelineDocument | None:
        """Returns an open pipeline as it is now, or `None` for any other document."""
        document = self._open(uri)
        if document is None:
            return None
        known = self._known.get(uri)
        if known is None or known.text != document.source:
            text, version = document.source, document.version
            read = await anyio.to_thread.run_sync(read_text, text)
            lines = LineStarts(text if len(text) <= MOST_BYTES else text[:1])
            known = PipelineDocument(uri, text, version, read, lines)
            self._known[uri] = known
        return known

    def close(self, uri: str) -> None:
        """Forgets a document that was closed."""
        self._known.pop(uri, None)

    def _open(self, uri: str) -> TextDocument | None:
        document = self._workspace.text_documents.get(uri)
        if document is None:
            document = self._workspace.text_documents.get(unquote(uri))
        is_named = unquote(urlsplit(uri).path).endswith(SUFFIX)
        return document if document and (is_named or document.language_id == LANGUAGE) else None
