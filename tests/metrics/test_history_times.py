"""A history that is timed does what it did, and each operation is in its class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.history import open_history
from antiphon.metrics.server_metrics import ServerMetrics
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from support.observing.figures import Figures

if TYPE_CHECKING:
    from pathlib import Path

TIMES = "antiphon_history_operation_duration_seconds_count"


async def read(metrics: ServerMetrics) -> Figures:
    return Figures((await metrics.format()).decode())


async def test_operations_are_timed_by_class_for_each_user(tmp_path: Path) -> None:
    metrics = ServerMetrics()
    opened = await open_history(f"sqlite:///{tmp_path / 'h.db'}", server_id=new_id())
    history = metrics.history.watch(opened)
    try:
        assert (await history.sessions(limit=5))[0] == []
        assert (await history.for_user("ada").sessions(limit=5))[0] == []
        assert await history.library.idle_ids("2020-01-01T00:00:00Z") == []
        await history.ledger.latest()
        await history.upkeep.stats()
        with pytest.raises(AntiphonError, match="session"):
            await history.session(new_id())
        assert history.survives
        assert history.status().location == opened.status().location
        found = await read(metrics)
    finally:
        await history.aclose()
    assert found.by(TIMES, "operation") == {
        ("read",): 3,
        ("sessions",): 1,
        ("spending",): 1,
        ("upkeep",): 1,
    }
    assert found.by("antiphon_history_errors_total", "operation") == {}


async def test_a_history_that_cannot_be_used_is_counted_as_an_error(tmp_path: Path) -> None:
    metrics = ServerMetrics()
    history = metrics.history.watch(
        await open_history(f"sqlite:///{tmp_path / 'h.db'}", server_id=new_id())
    )
    await history.aclose()
    with pytest.raises(AntiphonError, match="closed"):
        await history.record([])
    found = await read(metrics)
    assert found.by("antiphon_history_errors_total", "operation") == {("append",): 1}
