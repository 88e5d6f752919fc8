"""Publishes what is wrong with open pipelines, once typing pauses."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import anyio

from antiphon.engine.pipelines.source.text import list_model_entries
from antiphon.engine.redaction import format_exception_safely
from antiphon.lsp.features.prompt_files.diagnostics import to_diagnostic
from antiphon.model.values.ids import split_model_id

if TYPE_CHECKING:
    from antiphon.engine.prompts.checks.catalog_check import CatalogCheck
    from antiphon.engine.source_text.problems import SourceProblem
    from antiphon.lsp.features.pipeline_files.documents import PipelineDocument, PipelineDocuments

_log = logging.getLogger(__name__)

_PAUSE_S: Final = 0.15


class PipelineDiagnostics:
    """The diagnostics of one client's pipelines."""

    def __init__(self, documents: PipelineDocuments) -> None:
        self._documents = documents
        self._due: dict[str, None] = {}
        self._news = anyio.Event()
        self._shown: set[str] = set()

    def changed(self, uri: str) -> None:
        """Notes that a document was opened or changed."""
        if self._documents.is_pipeline(uri):
            self._due[uri] = None
            self._news.set()

    def closed(self, uri: str) -> None:
        """Removes the diagnostics of a document that was closed."""
        self._due.pop(uri, None)
        if uri in self._shown:
            self._shown.discard(uri)
            self._publish(uri, None, [])
        self._documents.close(uri)

    async def run(self) -> None:
        """Publishes until cancelled."""
        while True:
            await self._news.wait()
            self._news = anyio.Event()
            with anyio.move_on_after(_PAUSE_S):
                await self._news.wait()
            if self._news.is_set():
                continue
            due, self._due = list(self._due), {}
            for uri in due:
                try:
                    await self._update(uri)
                except Exception as problem:  # noqa: BLE001 - a bug in one document stops no other
                    _log.error("diagnostics:\n%s", format_exception_safely(problem))

    async def _update(self, uri: str) -> None:
        document = await self._documents.find(uri)
        if document is None:
            return
        check = (await self._documents.services.reader()).check
        self._show(document, check)
        providers = {split_model_id(each.model)[0] for each in list_model_entries(document.read)}
        if await check.learn({name for name in providers if name and not name.startswith("@")}):
            self._show(document, check)

    def _show(self, document: PipelineDocument, check: CatalogCheck) -> None:
        problems: list[SourceProblem] = [*document.read.problems]
        for entry in list_model_entries(document.read):
            problems += check.check_model(entry)
        self._shown.add(document.uri)
        found = [to_diagnostic(each, document.lines) for each in problems]
        self._publish(document.uri, document.version, found)

    def _publish(self, uri: str, version: int | None, found: list[dict[str, Any]]) -> None:
        params: dict[str, Any] = {"uri": uri, "diagnostics": found}
        if version is not None:
            params["version"] = version
        self._documents.services.notify("textDocument/publishDiagnostics", params)
