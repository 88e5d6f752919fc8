"""Makes what the commands on pipelines need, at the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.pipelines.drift import DriftReporter
from antiphon.engine.pipelines.library import PipelineLibrary
from antiphon.engine.pipelines.recording.record import SessionRecorder
from antiphon.engine.pipelines.running.run import RunServices
from antiphon.engine.pipelines.running.service import PipelineRunner
from antiphon.engine.pipelines.running.step_commands import EngineCommands
from antiphon.engine.pipelines.sharing import PipelineImporter
from antiphon.lsp.commands.pipelines import PipelineServices

if TYPE_CHECKING:
    from antiphon.app.engine import Engine


def make_pipelines(engine: Engine) -> PipelineServices:
    """Returns the services that run and keep pipelines."""
    history, changed = engine.history, engine.clients.changed
    recorder = SessionRecorder(history)
    library = PipelineLibrary(history.pipelines, recorder, changed)
    commands = EngineCommands(
        engine.broadcaster, engine.transfers, engine.digests, engine.comparer, engine.consensus
    )
    services = RunServices(
        commands,
        history,
        history.library,
        history.pipelines,
        engine.runs,
        engine.run_service,
        engine.providers,
    )
    runner = PipelineRunner(
        library, services, lineups=lambda: engine.models.lineups, changed=changed
    )
    return PipelineServices(
        library,
        recorder,
        PipelineImporter(library),
        runner,
        DriftReporter(history, history.pipelines),
    )
