"""A run is refused only for money that a living server has reserved."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.engine.ports.ledger import BudgetLimit, BudgetUsage, OverBudgetError
from antiphon.history import open_history
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from support.engine.harness import EngineHarness, FakeCaller

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from antiphon.engine.ports import RunStart

FULL = BudgetUsage(BudgetLimit("day", 10, 8, blocks=True), "2026-11-22", spent=0, reserved=10)


class CrowdedHistory:
    """The real history, whose budget is reserved by servers: some dead, `alive` or not."""

    def __init__(self, history: Any) -> None:
        self._history = history
        self.alive = False
        self.is_reserved = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._history, name)

    async def begin_run(self, start: RunStart) -> None:
        if self.is_reserved:
            raise OverBudgetError(FULL, 5)
        await self._history.begin_run(start)

    async def recover(self) -> None:
        self.is_reserved = self.alive
        await self._history.recover()


@pytest.fixture
async def crowded(tmp_path: Path) -> AsyncIterator[EngineHarness]:
    history = await open_history(tmp_path / "history.db", server_id=new_id())
    yield EngineHarness(CrowdedHistory(history))
    await history.aclose()


async def test_what_a_dead_server_has_reserved_is_free_for_the_next_run(
    crowded: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(crowded.broadcast(caller, models=["script/priced"]))
    (await crowded.providers.opened("priced")).finish()
    assert (await task).status == "complete"


async def test_what_a_living_server_has_reserved_refuses_the_run(
    crowded: EngineHarness, caller: FakeCaller
):
    crowded.history.alive = True
    with pytest.raises(AntiphonError, match="reserved for running answers"):
        await crowded.broadcast(caller, models=["script/priced"])
    assert not crowded.providers.streams["priced"]
