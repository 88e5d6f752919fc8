"""Retention deletes idle sessions, and nothing else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.engine.ports import RunStart
from antiphon.engine.sessions.retention import Retention
from antiphon.model.conversation.session import Session
from antiphon.model.failure import error
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import rfc3339
from support.engine.harness import answered

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness, FakeCaller


@pytest.fixture
def retention(harness: EngineHarness) -> Retention:
    return retention_of(harness.history.library, lambda *changes: harness.changes.extend(changes))


def retention_of(library: Any, changed: Any) -> Retention:
    async def libraries() -> list[Any]:
        return [(library, changed)]

    return Retention(libraries)


async def idle_session(harness: EngineHarness, days: float) -> str:
    """A session that was last used some days ago."""
    moment = rfc3339(datetime.now(UTC) - timedelta(days=days))
    session = Session(id=new_id(), title="t", created_at=moment, updated_at=moment)
    await harness.history.begin_run(RunStart(new_id(), session, []))
    return session.id


async def left(harness: EngineHarness) -> set[str]:
    return {session.id for session in (await harness.history.sessions(limit=500))[0]}


async def test_without_a_limit_everything_is_kept(
    harness: EngineHarness, retention: Retention
) -> None:
    old = await idle_session(harness, 10_000)

    assert await retention.sweep() == 0
    assert await left(harness) == {old}


async def test_what_was_idle_longer_is_deleted_and_clients_are_told(
    harness: EngineHarness, retention: Retention
) -> None:
    olds = [await idle_session(harness, days) for days in [31] * 120]
    young = await idle_session(harness, 29)
    retention.days = 30

    assert await retention.sweep() == len(olds)

    assert await left(harness) == {young}
    assert set(harness.changes) == {("session", old) for old in olds}


async def test_what_answers_is_left_alone_however_old(
    harness: EngineHarness, caller: FakeCaller, retention: Retention
) -> None:
    run = await answered(harness, caller, "x")
    task = asyncio.ensure_future(harness.broadcast(caller, paneIds=[run.panes[0].id]))
    stream = await harness.providers.opened("m0", 2)
    old = rfc3339(datetime.now(UTC) - timedelta(days=50))
    await harness.history.database.write(
        lambda connection: connection.execute("UPDATE sessions SET updated_at = ?", (old,))
    )
    retention.days = 30

    assert await retention.sweep() == 0

    stream.finish()
    assert (await task).status == "complete"
    assert await retention.sweep() == 1


async def test_a_limit_beyond_all_times_keeps_everything(harness, retention) -> None:
    await idle_session(harness, 1)
    retention.days = 10**9

    assert await retention.sweep() == 0


async def test_it_is_enforced_at_once_and_a_failure_does_not_end_it(harness, caplog) -> None:
    looked = asyncio.Event()

    class Broken:
        async def idle_ids(self, _: str) -> list[str]:
            looked.set()
            raise error("storage")

    retention = retention_of(Broken(), lambda *_: None)
    retention.days = 1
    task = asyncio.ensure_future(retention.enforce())
    await asyncio.wait_for(looked.wait(), 10)
    await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    assert "could not be deleted" in caplog.text
