"""Handles the commands on prompt files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from antiphon.engine.prompts.service.read import PromptReader
    from antiphon.engine.prompts.service.run import PromptRunner
    from antiphon.engine.prompts.service.store import PromptStore
    from antiphon.lsp.commands.registry import Command
    from antiphon.lsp.commands.streaming import StreamingCommands
    from antiphon.lsp.rpc.router import RequestContext
    from antiphon.model.commands.prompts import (
        PromptEstimateResult,
        PromptExportParams,
        PromptExportResult,
        PromptImportParams,
        PromptImportResult,
        PromptListResult,
        PromptReadParams,
        PromptReadResult,
        PromptRunParams,
        PromptRunResult,
    )
    from antiphon.model.wire import Empty


def prompt_commands(
    streaming: StreamingCommands,
    reader: PromptReader,
    runner: PromptRunner,
    store: Callable[[], PromptStore],
) -> Mapping[str, Command]:
    """Returns the handlers by command name."""

    async def read(params: PromptReadParams, _: RequestContext) -> PromptReadResult:
        return await reader.read(params, store())

    async def run(params: PromptRunParams, context: RequestContext) -> PromptRunResult:
        return await streaming.run(
            lambda given, caller: runner.run(given, store(), caller),
            params,
            context,
            background=params.background,
        )

    async def estimate(params: PromptRunParams, context: RequestContext) -> PromptEstimateResult:
        return await runner.estimate(params, store(), streaming.silent(context))

    async def list_prompts(_: Empty, __: RequestContext) -> PromptListResult:
        return await reader.list(store())

    async def import_(params: PromptImportParams, _: RequestContext) -> PromptImportResult:
        from antiphon.engine.prompts.formats.convert import (  # noqa: PLC0415 - when it is asked for
            import_prompt,
        )

        return await anyio.to_thread.run_sync(import_prompt, params)

    async def export(params: PromptExportParams, _: RequestContext) -> PromptExportResult:
        from antiphon.engine.prompts.formats.convert import (  # noqa: PLC0415 - when it is asked for
            export_prompt,
        )

        return await anyio.to_thread.run_sync(export_prompt, params)

    return {
        "antiphon.prompt.read": read,
        "antiphon.prompt.run": run,
        "antiphon.prompt.estimate": estimate,
        "antiphon.prompt.list": list_prompts,
        "antiphon.prompt.import": import_,
        "antiphon.prompt.export": export,
    }
