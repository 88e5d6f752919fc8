"""Handles the commands on pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread
from msgspec import Struct
from msgspec.structs import replace

from antiphon.engine.pipelines.source.text import list_model_entries, read_text
from antiphon.model.commands.pipelines.library import PipelineCheckResult
from antiphon.model.values.ids import split_model_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from antiphon.engine.pipelines.drift import DriftReporter
    from antiphon.engine.pipelines.kept_runs import RunLister
    from antiphon.engine.pipelines.library import PipelineLibrary
    from antiphon.engine.pipelines.recording.record import SessionRecorder
    from antiphon.engine.pipelines.running.client_files import ClientFiles
    from antiphon.engine.pipelines.running.service import PipelineRunner
    from antiphon.engine.pipelines.sharing import PipelineImporter
    from antiphon.engine.prompts.checks.catalog_check import CatalogCheck
    from antiphon.lsp.commands.registry import Command
    from antiphon.lsp.commands.streaming import RequestCaller, StreamingCommands
    from antiphon.lsp.rpc.router import RequestContext
    from antiphon.model.commands.pipelines.library import PipelineCheckParams
    from antiphon.model.commands.pipelines.runs import PipelineRunParams, PipelineRunResult


class PipelineServices(Struct, frozen=True):
    """What the commands call."""

    library: PipelineLibrary
    recorder: SessionRecorder
    importer: PipelineImporter
    runner: PipelineRunner
    runs: RunLister
    drift: DriftReporter
    models: Callable[[], CatalogCheck]
    """Returns what is known about models."""


def pipeline_commands(
    runner: StreamingCommands,
    services: PipelineServices,
    client: ClientFiles,
) -> Mapping[str, Command]:
    """Returns the handlers by command name."""
    library, files = services.library, client.files

    async def check(params: PipelineCheckParams, _: RequestContext) -> PipelineCheckResult:
        read = await anyio.to_thread.run_sync(read_text, params.text)
        models = services.models()
        entries = list(list_model_entries(read))
        named = {split_model_id(each.model)[0] for each in entries}
        if not named <= {*models.providers.names()}:
            await models.providers.discover()  # a server of this machine; no list is asked for
        problems = [problem for each in entries for problem in models.check_model(each)]
        whole = replace(read, problems=[*read.problems, *problems])
        return PipelineCheckResult(problems=whole.to_wire_problems())

    async def start(params: PipelineRunParams, caller: RequestCaller) -> PipelineRunResult:
        return await services.runner.run(params, client, caller)

    return {
        "antiphon.pipeline.list": lambda _, __: library.list(files),
        "antiphon.pipeline.get": lambda params, _: library.get(params, files),
        "antiphon.pipeline.check": check,
        "antiphon.pipeline.save": lambda params, _: library.save(params, files),
        "antiphon.pipeline.rename": lambda params, _: library.rename(params, files),
        "antiphon.pipeline.duplicate": lambda params, _: library.duplicate(params, files),
        "antiphon.pipeline.delete": lambda params, _: library.delete(params, files),
        "antiphon.pipeline.export": lambda params, _: library.export(params, files),
        "antiphon.pipeline.import": lambda params, _: services.importer.import_(params),
        "antiphon.pipeline.record": lambda params, _: services.recorder.record(params),
        "antiphon.pipeline.run": lambda params, context: runner.run(start, params, context),
        "antiphon.pipeline.runs": lambda params, _: services.runs.list(params, files),
        "antiphon.pipeline.drift": lambda params, _: services.drift.drift(params),
    }
