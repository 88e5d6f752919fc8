"""Handles the commands on prompt files."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

    return {
        "antiphon.prompt.read": read,
        "antiphon.prompt.run": run,
        "antiphon.prompt.estimate": estimate,
        "antiphon.prompt.list": list_prompts,
    }
