"""Implements the port `PipelineStore` over one SQLite file, for one user."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from antiphon.history.pipelines import library_rows, run_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports.pipelines import (
        KeptComparison,
        KeptPipeline,
        KeptRun,
        RunStatus,
        RunSummary,
    )
    from antiphon.history.sql.database import Database, UserReader
    from antiphon.model.commands.pipelines.results import StepResult


class SqlPipelineStore:
    """Stores pipelines and runs, as the port describes."""

    def __init__(self, database: Database, reader: UserReader) -> None:
        self._database = database
        self._reader = reader
        self._owner = reader.user

    async def put(self, pipelines: Sequence[KeptPipeline]) -> None:
        work = partial(library_rows.put, pipelines=pipelines, owner=self._owner)
        await self._database.write(work, durable=True)

    async def get(self, pipeline_id: str) -> KeptPipeline:
        return await self._reader.read(partial(library_rows.get, pipeline_id=pipeline_id))

    async def list(self) -> list[str]:
        return await self._reader.read(library_rows.list_all)

    async def delete(self, pipeline_id: str) -> None:
        work = partial(library_rows.delete, pipeline_id=pipeline_id, owner=self._owner)
        await self._database.write(work, durable=True)

    async def approve(self, hashes: Sequence[str]) -> None:
        work = partial(library_rows.approve, hashes=hashes, owner=self._owner)
        await self._database.write(work, durable=True)

    async def approved(self, hashes: Sequence[str]) -> frozenset[str]:
        work = partial(library_rows.find_approved, hashes=hashes, owner=self._owner)
        return await self._reader.read(work)

    async def begin_run(self, run: KeptRun) -> None:
        await self._database.write(partial(run_rows.add_run, run=run))

    async def put_step(self, run_id: str, step: StepResult) -> None:
        await self._database.write(partial(run_rows.put_step, run_id=run_id, step=step))

    async def set_status(self, run_id: str, status: RunStatus) -> None:
        work = partial(run_rows.set_status, run_id=run_id, status=status, owner=self._owner)
        await self._database.write(work, durable=True)

    async def add_comparison(self, comparison: KeptComparison) -> None:
        work = partial(run_rows.add_comparison, comparison=comparison, owner=self._owner)
        await self._database.write(work)

    async def comparisons(self, session_id: str) -> list[KeptComparison]:
        return await self._reader.read(partial(run_rows.list_comparisons, session_id=session_id))

    async def run(self, run_id: str) -> KeptRun:
        return await self._reader.read(partial(run_rows.load_run, run_id=run_id))

    async def runs(self, pipeline_id: str, limit: int) -> Sequence[RunSummary]:
        work = partial(run_rows.list_runs, pipeline_id=pipeline_id, limit=limit)
        return await self._reader.read(work)
