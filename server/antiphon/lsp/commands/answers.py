"""Handles the commands that compare, send and summarize answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.lsp.client.progress_stream import request_document_refresh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from antiphon.engine.comparison.compare import Comparer
    from antiphon.engine.comparison.survey import ConsensusReporter
    from antiphon.engine.pipelines.recording.comparison_log import ComparisonLog
    from antiphon.engine.ports import ContextReader
    from antiphon.engine.transfer.digest import DigestService
    from antiphon.engine.transfer.send import Transfers
    from antiphon.lsp.commands.registry import Command
    from antiphon.lsp.commands.streaming import StreamingCommands
    from antiphon.lsp.rpc.router import RequestContext
    from antiphon.model.commands.comparison import (
        CompareParams,
        CompareResult,
        ConsensusParams,
        ConsensusResult,
    )
    from antiphon.model.commands.transfer import SendToParams, SendToResult


_INFO: Final = 3
"""`MessageType.Info` of LSP 3.18."""


def comparison_commands(
    comparer: Comparer,
    surveyor: ConsensusReporter,
    reader: Callable[[], ContextReader],
    log: ComparisonLog,
) -> Mapping[str, Command]:
    """Returns the handlers of `antiphon.compare` and `antiphon.consensus`."""

    async def compare(params: CompareParams, context: RequestContext) -> CompareResult:
        result = await comparer.compare(params, reader())
        await log.note_comparison(result, params.granularity)
        if params.tell:
            message = {"type": _INFO, "message": _outcome(result)}
            context.connection.notify("window/showMessage", message)
        return result

    async def consensus(params: ConsensusParams, _: RequestContext) -> ConsensusResult:
        result = await surveyor.consensus(params)
        await log.note_consensus(result)
        return result

    return {"antiphon.compare": compare, "antiphon.consensus": consensus}


def _outcome(result: CompareResult) -> str:
    left, right, stats = result.left.label, result.right.label, result.stats
    return (
        f"{left} and {right} share {result.similarity:.0%} of their text: {stats.deleted:,} "
        f"characters are in {left} alone, {stats.inserted:,} in {right} alone."
    )


def transfer_commands(
    runner: StreamingCommands, transfers: Transfers, digests: DigestService
) -> Mapping[str, Command]:
    """Returns the handlers of `antiphon.sendTo`, `antiphon.summarize` and `antiphon.merge`."""

    async def send(params: SendToParams, context: RequestContext) -> SendToResult:
        result = await runner.run(transfers.send, params, context)
        if params.mode == "context":  # no stream reports these messages
            request_document_refresh(context.connection, *(pane.uri for pane in result.panes))
            for pane in result.panes if params.open else ():
                runner.show(pane.uri)
        return result

    return {
        "antiphon.sendTo": send,
        "antiphon.summarize": lambda params, context: runner.run(
            digests.summarize, params, context, background=params.background
        ),
        "antiphon.merge": lambda params, context: runner.run(
            digests.merge, params, context, background=params.background
        ),
        "antiphon.digest.estimate": lambda params, _: digests.estimate(params),
    }
