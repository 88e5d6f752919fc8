"""Handles the commands that bring code back to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from antiphon.lsp.rpc.jsonrpc import ResponseError, is_object
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from antiphon.engine.code.apply import CodeApplier
    from antiphon.engine.ports import ContextReader
    from antiphon.lsp.commands.registry import Command
    from antiphon.lsp.rpc.router import RequestContext
    from antiphon.model.commands.code import (
        CodeApplyParams,
        CodeApplyResult,
        CodeProposeParams,
        CodeProposeResult,
    )


class CodeCommands:
    """Proposes, and asks the editor to apply."""

    def __init__(
        self, code: Callable[[], Awaitable[CodeApplier]], reader: Callable[[], ContextReader]
    ) -> None:
        self._code = code
        self._reader = reader

    def commands(self) -> Mapping[str, Command]:
        """Returns the handlers of `antiphon.code.propose` and `antiphon.code.apply`."""
        return {
            "antiphon.code.propose": self.propose,
            "antiphon.code.apply": self.apply,
        }

    async def propose(self, params: CodeProposeParams, _: RequestContext) -> CodeProposeResult:
        """Lists what an answer's code would change."""
        return await (await self._code()).propose(params, self._reader())

    async def apply(self, params: CodeApplyParams, context: RequestContext) -> CodeApplyResult:
        """Asks the editor for one edit and returns whether the editor applied it.

        Raises `AntiphonError` of kind `unsupported` if the editor accepts no edits.
        """
        if not context.connection.client_capability("workspace", "applyEdit"):
            raise error(
                "unsupported",
                "This editor accepts no edits from a language server.",
                hint="Copy the code from the answer.",
            )
        from antiphon.model.commands.code import CodeApplyResult  # noqa: PLC0415 - loaded by now

        edit = await (await self._code()).edit(params, self._reader())
        change = {"range": edit.range.to_wire(), "newText": edit.new_text}
        argument = {"label": "Apply code of an answer", "edit": {"changes": {edit.uri: [change]}}}
        try:
            answer: Any = await context.connection.request("workspace/applyEdit", argument)
        except ResponseError as problem:
            return CodeApplyResult(applied=False, reason=problem.message)
        reason: Any = answer.get("failureReason") if is_object(answer) else None
        applied = is_object(answer) and answer.get("applied") is True
        return CodeApplyResult(applied=applied, reason=reason if isinstance(reason, str) else None)
