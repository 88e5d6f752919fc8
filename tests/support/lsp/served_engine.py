"""A connection with every command over an engine that a test plays by hand."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from antiphon.app.language_features import create_language_host
from antiphon.engine.comparison.compare import Comparer
from antiphon.engine.comparison.survey import ConsensusReporter
from antiphon.engine.pipelines.recording.comparison_log import ComparisonLog
from antiphon.engine.prompts.checks.catalog_check import CatalogCheck
from antiphon.engine.prompts.service.read import PromptReader
from antiphon.engine.sessions.sessions import SessionEditor
from antiphon.lsp.client.pane_files import PaneFiles
from antiphon.lsp.commands.answers import comparison_commands
from antiphon.lsp.commands.registry import Commands, Services
from antiphon.lsp.commands.sessions import session_commands
from antiphon.lsp.commands.streaming import StreamingCommands, run_commands
from antiphon.lsp.rpc.connection import Connection
from antiphon.lsp.rpc.router import Dispatcher
from antiphon.model.commands.models import HealthResult, HistoryStatus, ModelsResult

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness


def build(harness: EngineHarness, initialize_params: dict) -> Connection:
    """A connection with every command over the desk's engine."""

    async def models(params) -> ModelsResult:
        found = await harness.providers.models(refresh=bool(params.refresh))
        return ModelsResult(models=list(found))

    dispatcher = Dispatcher()
    connection = Connection(dispatcher)
    files = PaneFiles(
        connection, harness.history, harness.shown, harness.runs, lambda: Path("unused")
    )
    language, reader, *_ = create_language_host(
        initialize_params,
        harness.history,
        shown=harness.shown,
        documents=harness.documents,
        runs=harness.runs,
        code=harness.code,
        files=files,
        default_models=lambda: (),
        prompts=lambda: PromptReader(
            CatalogCheck(harness.providers, dict, lambda: (), presets=dict)
        ),
        prompt_folder=lambda: Path("unused"),
        peer=connection,
    )
    language.register(dispatcher)
    connection.alongside(lambda: language.run(connection.initialize_params))
    services = Services(
        text=harness.documents.text,
        health=lambda: HealthResult(
            version="1",
            uptime_ms=1,
            providers=list(harness.providers.statuses()),
            history=HistoryStatus(backend="sqlite", schema_version=1, location="x"),
        ),
        models=models,
    )
    comparing = comparison_commands(
        Comparer(harness.history, harness.shown),
        ConsensusReporter(harness.history, harness.shown),
        reader,
        ComparisonLog(harness.history, harness.history.pipelines),
    )
    editor = SessionEditor(harness.history, harness.history.library, harness.runs, lambda *_: None)
    sessions = session_commands(harness.sessions, editor)
    runner = StreamingCommands(reader, perf_counter, files.show_soon)
    asking = run_commands(runner, harness.broadcaster)
    Commands(services, files, asking, comparing, sessions).register(dispatcher)
    return connection
