"""Stopping an answer, by every way there is and at every phase, closes its provider's socket."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.model.commands.runs import BroadcastParams
from support.e2e.shown_documents import Shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from antiphon.model.commands.runs import RunResult
    from antiphon_client import AntiphonClient, Run
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

PHASES = ["fault/stall-headers", "fault/stall-first", "fault/stall-mid"]
"""Before headers, before the first token, in mid-stream."""
CLOSES_WITHIN_S = 1.0


async def by_request(client: AntiphonClient, run: Run, shown: Shown) -> None:
    run.cancel()


async def by_run(client: AntiphonClient, run: Run, shown: Shown) -> None:
    [run_id] = {event.run_id for event in shown.events if event.type == "start"}
    panes = {event.pane_id for event in shown.events}
    assert (await client.cancel(run_id=run_id)).cancelled == len(panes)


async def by_pane(client: AntiphonClient, run: Run, shown: Shown) -> None:
    for pane_id in {event.pane_id for event in shown.events}:
        assert (await client.cancel(pane_id=pane_id)).cancelled == 1


async def by_progress(client: AntiphonClient, run: Run, shown: Shown) -> None:
    client.connection.notify("window/workDoneProgress/cancel", {"token": "stop-button"})


WAYS = [by_request, by_run, by_pane, by_progress]


async def cancelled(
    client: AntiphonClient,
    server: FaultServer,
    models: list[str],
    way: Callable[[AntiphonClient, Run, Shown], Awaitable[None]],
) -> tuple[RunResult, Shown, float]:
    """Starts a run, stops it when every request is in its phase; the slowest close in seconds."""
    server.reset()
    shown = Shown()
    params = BroadcastParams(prompt="tag:stop", models=models, work_done_token="stop-button")
    run = client.broadcast(params)
    waiting = {model.removeprefix("fault/") for model in models}
    for model in waiting:
        expected = {"stall-headers": None}.get(model, 200)
        await asyncio.to_thread(
            server.wait_for, lambda found, e=expected: any(r["status"] == e for r in found), model
        )
    starts, tokens = len(models), sum("mid" in model for model in models)
    await shown.follow_until(
        run,
        lambda _: (
            [event.type for event in shown.events].count("start") == starts
            and [event.type for event in shown.events].count("token") == tokens
        ),
    )
    stopped_at = time.monotonic()
    await way(client, run, shown)
    result = await shown.follow(run)
    closed = await asyncio.to_thread(server.wait_closed, len(models))
    assert [request["ended_by"] for request in closed] == ["client"] * len(models)
    return result, shown, max(request["closed"] for request in closed) - stopped_at


async def assert_quick(attempt: Callable[[], Awaitable[float]]) -> None:
    """Of three attempts one keeps the promised time: the machine has other things to do as well."""
    times: list[float] = []
    while not times or times[-1] > CLOSES_WITHIN_S:
        assert len(times) < 3, times
        times.append(await attempt())


def assert_stopped(result: RunResult, shown: Shown, sent: dict[str, str]) -> None:
    """Every pane ended as `cancelled`, with the text that had come."""
    assert result.status == "cancelled"
    for pane, each in zip(result.panes, result.results, strict=True):
        end = shown.end(each.message_id)
        assert (end.type, end.status, each.status) == ("final", "cancelled", "cancelled")
        assert each.failure is None
        assert end.content == sent[pane.model.removeprefix("fault/")]
    shown.assert_orderly()


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_of_stopping_closes_the_sockets_and_keeps_the_text(
    installation: Installation, fault_server: FaultServer, way: Any
) -> None:
    async with installation.client() as client:

        async def attempt() -> float:
            result, shown, seconds = await cancelled(client, fault_server, PHASES, way)
            sent = {each["model"]: each["text"] for each in fault_server.requests()}
            assert sent["stall-mid"]
            assert_stopped(result, shown, sent)
            await shown.assert_documents(client, {pane.id: pane.uri for pane in result.panes})
            kept = await client.open_session(result.session_id)
            shown.assert_kept(kept.messages)
            return seconds

        await assert_quick(attempt)


@pytest.mark.parametrize("phase", PHASES)
async def test_one_pane_alone_is_stopped_at_every_phase(
    installation: Installation, fault_server: FaultServer, phase: str
) -> None:
    async with installation.client() as client:

        async def attempt() -> float:
            result, shown, seconds = await cancelled(client, fault_server, [phase], by_request)
            sent = {each["model"]: each["text"] for each in fault_server.requests()}
            assert_stopped(result, shown, sent)
            return seconds

        await assert_quick(attempt)


async def test_the_other_panes_go_on_when_one_is_stopped(
    installation: Installation, fault_server: FaultServer
) -> None:
    models = ["fault/gate-3-9"] * 3
    shown = Shown()
    async with installation.client() as client:
        run = client.broadcast(BroadcastParams(prompt="tag:one", models=models))
        await shown.follow_until(
            run, lambda _: [event.type for event in shown.events].count("token") >= 3
        )
        await asyncio.to_thread(fault_server.wait_held, 3)
        stopped = shown.events[0].pane_id
        assert (await client.cancel(pane_id=stopped)).cancelled == 1
        assert (await client.cancel(pane_id=stopped)).cancelled == 0
        await asyncio.to_thread(fault_server.wait_closed)
        assert fault_server.release() == 2
        result = await shown.follow(run)
    shown.assert_orderly()
    by_pane = {each.pane_id: each for each in result.results}
    assert by_pane.pop(stopped).status == "cancelled"
    assert {each.status for each in by_pane.values()} == {"complete"}
    for each in by_pane.values():
        assert shown.end(each.message_id).content.count(" ") == 9


async def test_a_pane_that_waits_for_its_next_attempt_is_stopped_at_once(
    installation: Installation, fault_server: FaultServer
) -> None:
    shown = Shown()
    async with installation.client(retry={"baseDelayMs": 60_000}) as client:
        run = client.broadcast(BroadcastParams(prompt="hi", models=["fault/s429ra1"]))
        await shown.follow_until(run, lambda event: event.type == "retry")
        run.cancel()
        result = await shown.follow(run)
    assert [each.status for each in result.results] == ["cancelled"]
    shown.assert_orderly()


async def test_a_pane_that_waits_for_its_turn_is_stopped_without_ever_asking(
    installation: Installation, fault_server: FaultServer
) -> None:
    narrow = {"type": "openai", "baseUrl": fault_server.base_url, "maxConcurrency": 1}
    shown = Shown()
    async with installation.client(providers={"narrow": narrow}) as client:
        models = ["narrow/gate-2-4", "narrow/gate-2-4"]
        run = client.broadcast(BroadcastParams(prompt="hi", models=models))
        await shown.follow_until(run, lambda event: event.type == "token")
        [asking] = {event.pane_id for event in shown.events if event.type == "token"}
        [waiting] = {event.pane_id for event in shown.events} - {asking}
        assert (await client.cancel(pane_id=waiting)).cancelled == 1
        await asyncio.to_thread(fault_server.wait_held)
        fault_server.release()
        result = await shown.follow(run)
    assert {each.pane_id: each.status for each in result.results} == {
        asking: "complete",
        waiting: "cancelled",
    }
    assert len(fault_server.requests()) == 1


async def test_a_run_that_is_stopped_in_the_moment_it_is_asked_for_still_has_an_orderly_end(
    installation: Installation,
) -> None:
    async with installation.client() as client:
        shown = Shown()
        for _ in range(10):
            run = client.broadcast(BroadcastParams(prompt="hi", models=["demo/slow"] * 3))
            run.cancel()
            result = await shown.follow(run)
            assert [each.status for each in result.results] == ["cancelled"] * 3
        shown.assert_orderly()
        assert shown.reducer.texts.keys() == {event.pane_id for event in shown.events}
        assert len({event.message_id for event in shown.events}) == 30


async def test_cancelling_what_does_not_run_stops_nothing(installation: Installation) -> None:
    async with installation.client() as client:
        assert (await client.cancel()).cancelled == 0
        assert (await client.cancel(run_id="01ARZ3NDEKTSV4RRFFQ69G5FAV")).cancelled == 0
        client.connection.notify("$/cancelRequest", {"id": 12345})
        client.connection.notify("window/workDoneProgress/cancel", {"token": "nobody's"})
        assert (await client.health()).protocol == 1
