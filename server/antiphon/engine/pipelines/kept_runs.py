"""Lists the runs of a pipeline that are kept, whichever server made them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.engine.pipelines.library import is_file
from antiphon.engine.pipelines.running.outcome import sum_cost
from antiphon.model.commands.pipelines.runs import PipelineRunEntry, PipelineRunsResult

if TYPE_CHECKING:
    from antiphon.engine.pipelines.library import PipelineLibrary
    from antiphon.engine.ports.pipelines import PipelineFiles, PipelineStore, RunSummary
    from antiphon.model.commands.pipelines.runs import PipelineRunsParams

_LIMIT: Final = 20


class RunLister:
    """Answers `antiphon.pipeline.runs`."""

    def __init__(self, library: PipelineLibrary, store: PipelineStore) -> None:
        self._library = library
        self._store = store

    async def list(self, params: PipelineRunsParams, files: PipelineFiles) -> PipelineRunsResult:
        """Returns the newest runs of a pipeline, also of one that was deleted.

        A file that never ran has none, wherever it is. Raises `AntiphonError` (`not_found`) for an
        id that has no run and no pipeline.
        """
        runs = await self._store.runs(params.pipeline_id, params.limit or _LIMIT)
        if not runs and not is_file(params.pipeline_id):
            await self._library.load(params.pipeline_id, files)
        return PipelineRunsResult(runs=[_to_entry(each) for each in runs])


def _to_entry(run: RunSummary) -> PipelineRunEntry:
    return PipelineRunEntry(
        run_id=run.id,
        session_id=run.session_id,
        started_at=run.created_at,
        status=run.status,
        cost=sum_cost(run.costs),
        models=[*run.models],
        inputs=[*run.inputs],
    )
