"""Pipelines over an engine whose every answer a test plays by hand, or which answers by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from antiphon.engine.comparison.compare import Comparer
from antiphon.engine.comparison.survey import ConsensusReporter
from antiphon.engine.pipelines.approval import FolderModels
from antiphon.engine.pipelines.kept_runs import RunLister
from antiphon.engine.pipelines.library import PipelineLibrary
from antiphon.engine.pipelines.recording.record import SessionRecorder
from antiphon.engine.pipelines.running.client_files import ClientFiles
from antiphon.engine.pipelines.running.run import RunServices
from antiphon.engine.pipelines.running.service import PipelineRunner
from antiphon.engine.pipelines.running.step_commands import EngineCommands
from antiphon.engine.ports.pipelines import PipelineFile
from antiphon.engine.prompts.context_entries import FileLocation
from antiphon.engine.transfer.digest import DigestService
from antiphon.engine.transfer.send import Transfers
from antiphon.model.commands.pipelines.runs import PipelineRunParams, PipelineRunResult
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports.cassettes import Cassette
    from support.engine.harness import EngineHarness, FakeCaller


class FilesInMemory:
    """The pipelines of a workspace, by address."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def list(self) -> Sequence[PipelineFile]:
        return [PipelineFile(uri, uri.rpartition("/")[2], text) for uri, text in self.texts.items()]

    async def read(self, uri: str) -> str:
        if uri not in self.texts:
            raise error("not_found", f"{uri} does not exist.")
        return self.texts[uri]

    async def write(self, text: str, *, uri: str | None = None, name: str = "") -> str:
        uri = uri or f"file:///project/{name}.antiphon.yaml"
        self.texts[uri] = text
        return uri

    async def delete(self, uri: str) -> None:
        await self.read(uri)
        del self.texts[uri]


class PipelineHarness:
    """What the commands on pipelines need, put together over a harness."""

    def __init__(self, engine: EngineHarness) -> None:
        self.engine = engine
        self.files = FilesInMemory()
        self.lineups: dict[str, list[str]] = {}
        self.folder_models = FolderModels()
        self.location = FileLocation(None, [])
        history, service, shown = engine.history, engine.service, engine.shown
        changed = lambda *changes: engine.changes.extend(changes)  # noqa: E731
        commands = EngineCommands(
            engine.broadcaster,
            Transfers(history, shown, service, changed=changed),
            DigestService(history, engine.providers, shown, service),
            Comparer(history, shown),
            ConsensusReporter(history, shown),
        )
        self.commands = commands
        self.library = PipelineLibrary(
            history.pipelines,
            SessionRecorder(history, history.pipelines),
            changed,
            lambda: self.folder_models,
        )
        services = RunServices(
            commands,
            history,
            history.library,
            history.pipelines,
            engine.runs,
            service,
            engine.providers,
        )
        self.runner = PipelineRunner(
            self.library,
            services,
            lineups=lambda: self.lineups,
            changed=changed,
            replaying=self._replaying,
        )
        self.kept_runs = RunLister(self.library, history.pipelines)
        self.cassettes: dict[str, Cassette] = {}
        self.services = services

    async def _replaying(self, _: Cassette) -> RunServices:
        return self.services

    async def _open_cassette(self, folder: str, *, is_replay: bool, field: str) -> Cassette:
        return self.cassettes[folder]

    async def run(
        self, caller: FakeCaller, pipeline: str | None = None, **params: Any
    ) -> PipelineRunResult:
        if pipeline is not None:
            params["pipeline"] = pipeline
        arguments = PipelineRunParams.model_validate(params)
        client = ClientFiles(self.files, lambda: self.location, self._open_cassette)
        return await self.runner.run(arguments, client, caller)
