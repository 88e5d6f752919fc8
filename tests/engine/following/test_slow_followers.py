"""A follower that does not read slows nobody, keeps no events, and misses nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from support.engine.following import TestFollower, open_server

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_follower_that_reads_nothing_gets_a_snapshot_when_it_reads_again(
    tmp_path: Path,
) -> None:
    server = await open_server(tmp_path / "history.db", most_characters=100)
    harness, caller = server.harness, server.caller
    run = asyncio.create_task(harness.broadcast(caller, models=["script/m"]))
    stream = await harness.providers.opened("m")
    stream.text("one ")
    await harness.settled()
    [pane] = harness.runs._panes
    session_id = harness.runs._panes[pane].plan.pane.session_id
    reading, asleep = (TestFollower(server, session_id) for _ in range(2))
    async with asyncio.timeout(10):
        while not (reading.types and asleep.types):
            await asyncio.sleep(0)
    asleep.reads.clear()
    for _ in range(20):
        stream.text("more text " * 3)
        await harness.settled()
    assert asleep.types == ["snapshot"]
    assert reading.types.count("token") == 20
    stream.finish()
    await run
    asleep.reads.set()
    async with asyncio.timeout(10):
        while asleep.state.running or reading.state.running:
            await asyncio.sleep(0)
    assert asleep.types == ["snapshot", "snapshot"]
    for each in (reading, asleep):
        await each.check()
        await each.leave()
    assert not server.followed._feeds
    await server.aclose()
