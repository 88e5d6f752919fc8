"""Keeps the analysis of each open prompt file, made once a version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import anyio
import anyio.to_thread
from msgspec import Struct

from antiphon.engine.prompts.parsing.prompt_file import parse_prompt_file
from antiphon.engine.source_text.decode import MOST_BYTES
from antiphon.model.values.positions import LineStarts

if TYPE_CHECKING:
    from pygls.workspace import TextDocument, Workspace

    from antiphon.engine.prompts.checks.analysis import PromptAnalysis
    from antiphon.engine.prompts.parsing.prompt_file import PromptFile
    from antiphon.engine.prompts.service.read import PromptReader
    from antiphon.lsp.features.language_server.services import PromptServices

SUFFIX: Final = ".antiphon.md"
LANGUAGE: Final = "antiphon"
_ON_THE_LOOP: Final = 128 * 1024
"""Longer texts, in characters, are parsed in a thread; these take two milliseconds."""


class PromptDocument(Struct, frozen=True):
    """One open prompt file, as it was at one version."""

    uri: str
    text: str
    version: int | None
    file: PromptFile
    lines: LineStarts


class PromptDocuments:
    """The prompt files that are open in one client."""

    def __init__(self, workspace: Workspace, services: PromptServices) -> None:
        self._workspace = workspace
        self.services = services
        self._parsed: dict[str, PromptDocument] = {}
        self._analysed: dict[str, tuple[PromptDocument, PromptAnalysis]] = {}
        self._parsing = anyio.Lock()
        self._reader: PromptReader | None = None

    def is_prompt(self, uri: str) -> bool:
        """Checks whether an open document is a prompt file, by its name or its language."""
        return self._open(uri) is not None

    async def reader(self) -> PromptReader:
        """Returns the reader of prompt files, imported at the first use."""
        if self._reader is None:
            self._reader = await self.services.reader()
        return self._reader

    async def find(self, uri: str) -> PromptDocument | None:
        """Returns an open prompt file as it is now, or `None` for any other document."""
        document = self._open(uri)
        if document is None:
            return None
        known = self._parsed.get(uri)
        if known is not None and known.text == document.source:
            return known
        async with self._parsing:
            known = self._parsed.get(uri)
            if known is None or known.text != document.source:
                known = await _parse(uri, document)
                self._parsed[uri] = known
        return known

    async def analyse(self, document: PromptDocument) -> PromptAnalysis:
        """Returns the analysis of a document, which is kept until its text changes."""
        known = self._analysed.get(document.uri)
        if known is not None and known[0] is document:
            return known[1]
        return await self.analyse_again(document)

    async def analyse_again(self, document: PromptDocument) -> PromptAnalysis:
        """Returns the analysis with what is known about models and files now."""
        reader = await self.reader()
        analysis = await reader.analyze(document.file, document.uri, self.services.store())
        self._analysed[document.uri] = document, analysis
        return analysis

    def close(self, uri: str) -> None:
        """Forgets a document that was closed."""
        self._parsed.pop(uri, None)
        self._analysed.pop(uri, None)

    def _open(self, uri: str) -> TextDocument | None:
        document = self._workspace.text_documents.get(uri)
        if document is None:
            document = self._workspace.text_documents.get(unquote(uri))
        is_named = unquote(urlsplit(uri).path).endswith(SUFFIX)
        return document if document and (is_named or document.language_id == LANGUAGE) else None


async def _parse(uri: str, document: TextDocument) -> PromptDocument:
    text, version = document.source, document.version
    if len(text) <= _ON_THE_LOOP:
        return PromptDocument(uri, text, version, parse_prompt_file(text), LineStarts(text))
    file, lines = await anyio.to_thread.run_sync(_parse_text, text)
    return PromptDocument(uri, text, version, file, lines)


def _parse_text(text: str) -> tuple[PromptFile, LineStarts]:
    # Of a text that is too large only its first line is spoken of.
    return parse_prompt_file(text), LineStarts(text if len(text) <= MOST_BYTES else text[:1])
