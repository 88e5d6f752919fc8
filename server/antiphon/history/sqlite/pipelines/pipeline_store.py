"""Implements the port `PipelineStore` over the connections of one SQLite file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from antiphon.history.sqlite.pipelines import library_rows, run_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports.pipelines import (
        KeptComparison,
        KeptPipeline,
        KeptRun,
        RunStatus,
        RunSummary,
    )
    from antiphon.history.sqlite.driver.reader import Reader
    from antiphon.history.sqlite.driver.writer import Writer
    from antiphon.model.commands.pipelines.results import StepResult


class SqlitePipelineStore:
    """Stores pipelines and runs, as the port describes."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def put(self, pipelines: Sequence[KeptPipeline]) -> None:
        await self._writer.write(partial(library_rows.put, pipelines=pipelines), durable=True)

    async def get(self, pipeline_id: str) -> KeptPipeline:
        return await self._reader.read(partial(library_rows.get, pipeline_id=pipeline_id))

    async def list(self) -> list[str]:
        return await self._reader.read(library_rows.list_all)

    async def delete(self, pipeline_id: str) -> None:
        work = partial(library_rows.delete, pipeline_id=pipeline_id)
        await self._writer.write(work, durable=True)

    async def approve(self, hashes: Sequence[str]) -> None:
        await self._writer.write(partial(library_rows.approve, hashes=hashes), durable=True)

    async def approved(self, hashes: Sequence[str]) -> frozenset[str]:
        return await self._reader.read(partial(library_rows.find_approved, hashes=hashes))

    async def begin_run(self, run: KeptRun) -> None:
        await self._writer.write(partial(run_rows.add_run, run=run))

    async def put_step(self, run_id: str, step: StepResult) -> None:
        await self._writer.write(partial(run_rows.put_step, run_id=run_id, step=step))

    async def set_status(self, run_id: str, status: RunStatus) -> None:
        work = partial(run_rows.set_status, run_id=run_id, status=status)
        await self._writer.write(work, durable=True)

    async def add_comparison(self, comparison: KeptComparison) -> None:
        await self._writer.write(partial(run_rows.add_comparison, comparison=comparison))

    async def comparisons(self, session_id: str) -> list[KeptComparison]:
        return await self._reader.read(partial(run_rows.list_comparisons, session_id=session_id))

    async def run(self, run_id: str) -> KeptRun:
        return await self._reader.read(partial(run_rows.load_run, run_id=run_id))

    async def runs(self, pipeline_id: str, limit: int) -> Sequence[RunSummary]:
        work = partial(run_rows.list_runs, pipeline_id=pipeline_id, limit=limit)
        return await self._reader.read(work)
