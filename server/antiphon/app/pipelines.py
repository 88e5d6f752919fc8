"""Makes what the commands on pipelines need, at the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.comparison.compare import Comparer
from antiphon.engine.pipelines.approval import FolderModels
from antiphon.engine.pipelines.drift import DriftReporter
from antiphon.engine.pipelines.kept_runs import RunLister
from antiphon.engine.pipelines.library import PipelineLibrary
from antiphon.engine.pipelines.recording.record import SessionRecorder
from antiphon.engine.pipelines.running.run import RunServices
from antiphon.engine.pipelines.running.service import PipelineRunner
from antiphon.engine.pipelines.running.step_commands import EngineCommands
from antiphon.engine.pipelines.sharing import PipelineImporter
from antiphon.engine.run.broadcast import Broadcaster
from antiphon.engine.transfer.digest import DigestService
from antiphon.engine.transfer.send import Transfers
from antiphon.lsp.commands.pipelines import PipelineServices
from antiphon.providers.cassettes.folder import CassetteFolder
from antiphon.providers.registry.replayed_providers import make_replayed_providers

if TYPE_CHECKING:
    from antiphon.app.client_services import ClientServices
    from antiphon.engine.ports.cassettes import Cassette


def make_pipelines(client: ClientServices) -> PipelineServices:
    """Returns the services that run and keep pipelines."""
    engine = client.engine
    history, changed = client.history, client.view.changed
    recorder = SessionRecorder(history, history.pipelines)
    library = PipelineLibrary(
        history.pipelines, recorder, changed, lambda: _find_folder_models(client)
    )
    commands = EngineCommands(
        client.broadcaster, client.transfers, client.digests, client.comparer, client.consensus
    )
    services = RunServices(
        commands,
        history,
        history.library,
        history.pipelines,
        engine.runs,
        client.run_service,
        client.providers,
    )

    async def replaying(cassette: Cassette) -> RunServices:
        return await _make_replaying(client, cassette)

    runner = PipelineRunner(
        library,
        services,
        lineups=lambda: client.models.lineups,
        changed=changed,
        replaying=replaying,
    )
    return PipelineServices(
        library,
        recorder,
        PipelineImporter(library),
        runner,
        RunLister(library, history.pipelines),
        DriftReporter(history, history.pipelines),
        lambda: client.prompts.check,
    )


def _find_folder_models(client: ClientServices) -> FolderModels:
    models = client.models
    return FolderModels(
        models.lineups,
        models.presets,
        models.default,
        client.digest_model(),
        client.current.set_by_workspace,
    )


async def _make_replaying(client: ClientServices, cassette: Cassette) -> RunServices:
    """Returns services like the client's, whose providers are those of a cassette."""
    assert isinstance(cassette, CassetteFolder)  # noqa: S101 - there is no other kind
    providers = await make_replayed_providers(cassette)
    engine, history = client.engine, client.history
    shown, changed = client.view.shown, client.view.changed
    service = client.make_run_service(providers)
    commands = EngineCommands(
        Broadcaster(history, providers, engine.runs, service),
        Transfers(history, shown, service, changed=changed),
        DigestService(history, providers, shown, service, default_model=client.digest_model),
        Comparer(history, shown),
        client.consensus,
    )
    return RunServices(
        commands, history, history.library, history.pipelines, engine.runs, service, providers
    )
