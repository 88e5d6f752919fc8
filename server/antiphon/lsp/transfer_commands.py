"""The commands that make something new of answers: send them on, sum them up, merge them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.lsp.stream import pull_again

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.engine.digest import Digests
    from antiphon.engine.transfer import Transfers
    from antiphon.lsp.commands import Command
    from antiphon.lsp.requests import RequestContext
    from antiphon.lsp.runner import Runner
    from antiphon.model.transfer import SendToParams, SendToResult


def transfer_commands(
    runner: Runner, transfers: Transfers, digests: Digests
) -> Mapping[str, Command]:
    """`antiphon.sendTo`, `antiphon.summarize` and `antiphon.merge`."""

    async def send(params: SendToParams, context: RequestContext) -> SendToResult:
        result = await runner.run(transfers.send, params, context)
        if params.mode == "context":  # no stream tells of these messages
            pull_again(context.connection, *(pane.uri for pane in result.panes))
        return result

    return {
        "antiphon.sendTo": send,
        "antiphon.summarize": lambda params, context: runner.run(
            digests.summarize, params, context
        ),
        "antiphon.merge": lambda params, context: runner.run(digests.merge, params, context),
    }
