"""Calls the commands on answers: compare, send, summarize, merge, apply code."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from antiphon.model.commands.code import CodeApplyResult, CodeProposeResult
from antiphon.model.commands.comparison import CompareResult, ConsensusResult
from antiphon.model.commands.transfer import DigestEstimateResult, SendToResult

if TYPE_CHECKING:
    from antiphon.model.commands.code import CodeApplyParams, CodeProposeParams
    from antiphon.model.commands.comparison import CompareParams, ConsensusParams
    from antiphon.model.commands.transfer import (
        DigestEstimateParams,
        MergeParams,
        SendToParams,
        SummarizeParams,
    )
    from antiphon.model.wire import Wire
    from antiphon_client.client import AntiphonClient
    from antiphon_client.run import Run

_Result = TypeVar("_Result", bound="Wire")


class AnswersClient:
    """The commands on answers. Every method raises as `AntiphonClient`'s do."""

    def __init__(self, client: AntiphonClient) -> None:
        self._client = client

    async def compare(self, params: CompareParams) -> CompareResult:
        """Compares two answers, or an answer with a file."""
        return await self._ask("compare", params, CompareResult)

    async def consensus(self, params: ConsensusParams) -> ConsensusResult:
        """Finds the statements of several answers, and which answers agree on each."""
        return await self._ask("consensus", params, ConsensusResult)

    async def send(self, params: SendToParams) -> SendToResult:
        """Adds messages to other panes without asking for an answer (`mode` is `context`)."""
        return await self._ask("sendTo", params, SendToResult)

    def ask(self, params: SendToParams) -> Run:
        """Sends messages to other panes and streams their answers (`mode` is `ask`)."""
        return self._client.stream("antiphon.sendTo", params)

    def summarize(self, params: SummarizeParams) -> Run:
        """Streams a summary, whose result is a `DigestResult`."""
        return self._client.stream("antiphon.summarize", params)

    def merge(self, params: MergeParams) -> Run:
        """Streams a merged answer, whose result is a `DigestResult`."""
        return self._client.stream("antiphon.merge", params)

    async def estimate_digest(self, params: DigestEstimateParams) -> DigestEstimateResult:
        """Returns which model would summarize or merge, and what it would cost."""
        return await self._ask("digest.estimate", params, DigestEstimateResult)

    async def propose(self, params: CodeProposeParams) -> CodeProposeResult:
        """Returns what a block of code could replace."""
        return await self._ask("code.propose", params, CodeProposeResult)

    async def apply(self, params: CodeApplyParams) -> CodeApplyResult:
        """Makes the server request the edit, which `requests.apply_edit` carries out."""
        return await self._ask("code.apply", params, CodeApplyResult)

    async def _ask(self, name: str, params: Wire, result: type[_Result]) -> _Result:
        raw = await self._client.command(f"antiphon.{name}", params.to_wire())
        return result.model_validate(raw)
