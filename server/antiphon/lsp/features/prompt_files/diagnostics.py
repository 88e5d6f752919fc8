"""Publishes what is wrong with open prompt files, once typing pauses.

A change only notes that a document is due, so a keystroke waits for nothing.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import anyio

from antiphon.engine.redaction import format_exception_safely
from antiphon.lsp.features.prompt_files.lens import lens_title
from antiphon.model.values.ids import split_model_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.engine.prompts.checks.analysis import PromptAnalysis
    from antiphon.engine.source_text.problems import SourceProblem
    from antiphon.lsp.features.prompt_files.documents import PromptDocument, PromptDocuments
    from antiphon.model.values.positions import LineStarts

_log = logging.getLogger(__name__)

_PAUSE_S: Final = 0.15
_LONGEST_WAIT_S: Final = 1.0
"""Someone who never pauses sees diagnostics about once a second."""
_SEVERITIES: Final[Mapping[str, int]] = {"error": 1, "warning": 2, "information": 3, "hint": 4}


class PromptDiagnostics:
    """The diagnostics of one client's prompt files."""

    def __init__(self, documents: PromptDocuments) -> None:
        self._documents = documents
        self._due: dict[str, None] = {}
        self._news = anyio.Event()
        self._titles: dict[str, str] = {}

    def changed(self, uri: str) -> None:
        """Notes that a document was opened or changed."""
        if self._documents.is_prompt(uri):
            self._due[uri] = None
            self._news.set()

    def closed(self, uri: str) -> None:
        """Removes the diagnostics of a document that was closed."""
        self._due.pop(uri, None)
        if self._titles.pop(uri, None) is not None:
            self._publish(uri, None, [])
        self._documents.close(uri)

    async def run(self) -> None:
        """Publishes until cancelled."""
        while True:
            await self._news.wait()
            with anyio.move_on_after(_LONGEST_WAIT_S):
                while self._news.is_set():
                    self._news = anyio.Event()
                    with anyio.move_on_after(_PAUSE_S):
                        await self._news.wait()
            due, self._due, self._news = list(self._due), {}, anyio.Event()
            for uri in due:
                try:
                    await self._update(uri)
                except Exception as problem:  # noqa: BLE001 - a bug in one document stops no other
                    _log.error("diagnostics:\n%s", format_exception_safely(problem))

    async def _update(self, uri: str) -> None:
        document = await self._documents.find(uri)
        if document is None:
            return
        self._show(document, await self._documents.analyse(document))
        reader = await self._documents.reader()
        if await reader.check.learn(_providers_of(document)):
            self._show(document, await self._documents.analyse_again(document))

    def _show(self, document: PromptDocument, analysis: PromptAnalysis) -> None:
        found = [to_diagnostic(each, document.lines) for each in analysis.problems]
        self._publish(document.uri, document.version, found)
        title = lens_title(analysis)
        if self._titles.get(document.uri) != title:
            self._titles[document.uri] = title
            self._documents.services.refresh_lenses()

    def _publish(self, uri: str, version: int | None, found: list[dict[str, Any]]) -> None:
        params: dict[str, Any] = {"uri": uri, "diagnostics": found}
        if version is not None:
            params["version"] = version
        self._documents.services.notify("textDocument/publishDiagnostics", params)


def to_diagnostic(problem: SourceProblem, lines: LineStarts) -> dict[str, Any]:
    """Returns a problem as a diagnostic of LSP."""
    return {
        "range": lines.range(problem.start, problem.end).to_wire(),
        "severity": _SEVERITIES[problem.severity],
        "source": "antiphon",
        "code": problem.kind,
        "message": problem.message,
    }


def _providers_of(document: PromptDocument) -> set[str]:
    names = {split_model_id(entry.model)[0] for entry in document.file.models}
    return {name for name in names if name and not name.startswith("@")}
