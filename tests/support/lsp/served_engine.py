"""A connection with every command over an engine that a test plays by hand."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from antiphon.app.language import create_language_host
from antiphon.engine.code.apply import CodeApplier
from antiphon.engine.comparison.compare import Comparer
from antiphon.engine.comparison.survey import ConsensusReporter
from antiphon.lsp.client.pane_files import PaneFiles
from antiphon.lsp.commands.answers import comparison_commands
from antiphon.lsp.commands.registry import Commands, Services
from antiphon.lsp.commands.streaming import StreamingCommands
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

    language, reader = create_language_host(
        initialize_params,
        harness.history,
        shown=harness.shown,
        documents=harness.documents,
        runs=harness.runs,
        code=CodeApplier(harness.history, harness.shown),
    )
    dispatcher = Dispatcher()
    language.register(dispatcher)
    connection = Connection(dispatcher)
    connection.alongside(lambda: language.run(connection.initialize_params))
    services = Services(
        broadcaster=harness.broadcaster,
        sessions=harness.sessions,
        text=harness.documents.text,
        health=lambda: HealthResult(
            version="1",
            uptime_ms=1,
            providers=list(harness.providers.statuses()),
            history=HistoryStatus(backend="sqlite", schema_version=1, location="x"),
        ),
        models=models,
    )
    files = PaneFiles(connection, harness.shown, harness.runs, lambda: Path("unused"))
    comparing = comparison_commands(
        Comparer(harness.history, harness.shown),
        ConsensusReporter(harness.history, harness.shown),
        reader,
    )
    Commands(services, StreamingCommands(reader, perf_counter), files, comparing).register(
        dispatcher
    )
    return connection
