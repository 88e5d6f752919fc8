"""Calls the commands on pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from antiphon.model.commands.pipelines.library import (
    PipelineCheckParams,
    PipelineCheckResult,
    PipelineDuplicateParams,
    PipelineExportParams,
    PipelineExportResult,
    PipelineIdParams,
    PipelineImportParams,
    PipelineImportResult,
    PipelineListResult,
    PipelineRecordParams,
    PipelineRecordResult,
    PipelineRenameParams,
    PipelineResult,
    PipelineSaveParams,
)
from antiphon.model.commands.pipelines.runs import (
    PipelineDriftParams,
    PipelineDriftResult,
    PipelineRunsParams,
    PipelineRunsResult,
)
from antiphon.model.wire import Empty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.commands.pipelines.library import PipelineEntry, PipelineProblem
    from antiphon.model.commands.pipelines.runs import PipelineRunEntry, PipelineRunParams
    from antiphon.model.wire import Wire
    from antiphon_client.client import AntiphonClient
    from antiphon_client.run import Run

_Result = TypeVar("_Result", bound="Wire")


class PipelinesClient:
    """The commands on pipelines. Every method raises as `AntiphonClient`'s do."""

    def __init__(self, client: AntiphonClient) -> None:
        self._client = client

    async def list(self) -> list[PipelineEntry]:
        """Returns every pipeline: the user's own, then those of the workspace."""
        return (await self._ask("list", Empty(), PipelineListResult)).pipelines

    async def get(self, pipeline_id: str) -> PipelineResult:
        """Returns one pipeline with its text."""
        return await self._ask("get", PipelineIdParams(pipeline_id=pipeline_id), PipelineResult)

    async def check(self, text: str) -> Sequence[PipelineProblem]:
        """Returns what is wrong in a text."""
        return (
            await self._ask("check", PipelineCheckParams(text=text), PipelineCheckResult)
        ).problems

    async def save(self, params: PipelineSaveParams) -> PipelineResult:
        """Saves a pipeline, given or recorded from a session."""
        return await self._ask("save", params, PipelineResult)

    async def record(self, params: PipelineRecordParams) -> PipelineRecordResult:
        """Returns a session as a pipeline, without saving it."""
        return await self._ask("record", params, PipelineRecordResult)

    async def rename(self, pipeline_id: str, name: str) -> PipelineResult:
        """Gives a pipeline another name."""
        params = PipelineRenameParams(pipeline_id=pipeline_id, name=name)
        return await self._ask("rename", params, PipelineResult)

    async def duplicate(self, params: PipelineDuplicateParams) -> PipelineResult:
        """Saves a copy of a pipeline."""
        return await self._ask("duplicate", params, PipelineResult)

    async def delete(self, pipeline_id: str) -> None:
        """Deletes a pipeline."""
        await self._ask("delete", PipelineIdParams(pipeline_id=pipeline_id), Empty)

    async def export(self, pipeline_ids: Sequence[str]) -> str:
        """Returns the text of one pipeline, or of a bundle of several."""
        one = pipeline_ids[0] if len(pipeline_ids) == 1 else None
        several = None if one is not None else [*pipeline_ids]
        params = PipelineExportParams(pipeline_id=one, pipeline_ids=several)
        return (await self._ask("export", params, PipelineExportResult)).text

    async def import_(self, params: PipelineImportParams) -> PipelineImportResult:
        """Saves the pipelines of a text, or only reads them."""
        return await self._ask("import", params, PipelineImportResult)

    def run(self, params: PipelineRunParams) -> Run:
        """Runs a pipeline and streams its events, with a `PipelineRunResult` as the result."""
        return self._client.stream("antiphon.pipeline.run", params)

    async def runs(self, pipeline_id: str, limit: int | None = None) -> list[PipelineRunEntry]:
        """Returns the kept runs of a pipeline, the newest first."""
        params = PipelineRunsParams(pipeline_id=pipeline_id, limit=limit)
        return (await self._ask("runs", params, PipelineRunsResult)).runs

    async def drift(self, left: str, right: str) -> PipelineDriftResult:
        """Compares two runs of a pipeline."""
        params = PipelineDriftParams(left=left, right=right)
        return await self._ask("drift", params, PipelineDriftResult)

    async def _ask(self, name: str, params: Wire, result: type[_Result]) -> _Result:
        raw = await self._client.command(f"antiphon.pipeline.{name}", params.to_wire())
        return result.model_validate(raw)
