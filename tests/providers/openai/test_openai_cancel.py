"""Leaving a stream closes its connection, whenever that is, and keeps what came."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import anyio
import pytest

from antiphon.engine.ports.deltas import Connected, Delta, Text
from support.providers.stream_reading import Seen, consume, request_for

if TYPE_CHECKING:
    from antiphon.providers.openai.adapter import OpenAICompatible
    from support.faults.client import FaultServer


@pytest.mark.parametrize(
    ("model", "last", "text"),
    [
        ("stall-headers", None, ""),
        ("stall-first", Connected, ""),
        ("keepalive-only", Connected, ""),
        ("stall-mid", Text, "Hello "),
        ("gate-3-9", Text, "t0 t1 t2 "),
    ],
)
async def test_cancelling_closes_the_providers_socket_and_keeps_the_text(
    model: str,
    last: type[Delta] | None,
    text: str,
    provider: OpenAICompatible,
    fault_server: FaultServer,
) -> None:
    deltas: list[Delta] = []
    there = anyio.Event()

    async def look(delta: Delta) -> None:
        deltas.append(delta)
        seen = Seen(deltas)
        if last is not None and isinstance(delta, last) and seen.text == text:
            there.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(consume, provider, request_for(model), look)
        with anyio.fail_after(10):
            await asyncio.to_thread(fault_server.wait_for, bool, model)
            if last is not None:
                await there.wait()
        tasks.cancel_scope.cancel()

    [request] = await asyncio.to_thread(fault_server.wait_closed, 1, model)
    assert request["ended_by"] == "client"
    assert Seen(deltas).text == text


@pytest.mark.parametrize("until", [Connected, Text])
async def test_closing_the_iterator_closes_the_providers_socket(
    until: type[Delta], provider: OpenAICompatible, fault_server: FaultServer
) -> None:
    stream = provider.stream(request_for("stall-mid"))
    async for delta in stream:
        if isinstance(delta, until):
            break
    await stream.aclose()
    [request] = await asyncio.to_thread(fault_server.wait_closed, 1)
    assert request["ended_by"] == "client"


async def test_a_stream_that_was_left_does_not_touch_its_siblings(
    provider: OpenAICompatible, fault_server: FaultServer
) -> None:
    seen: list[Seen] = []

    async def read(tag: str) -> None:
        seen.append(await consume(provider, request_for("gate-2-4", f"tag:{tag}")))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read, "stays")
        async with anyio.create_task_group() as leaving:
            leaving.start_soon(read, "leaves")
            await asyncio.to_thread(fault_server.wait_held, 2)
            leaving.cancel_scope.cancel()
        [left] = await asyncio.to_thread(
            fault_server.wait_for, lambda found: bool(found[0]["closed"]), None, "leaves"
        )
        fault_server.release()
    [stayed] = seen
    assert left["ended_by"] == "client"
    assert stayed.finished is not None
    assert stayed.text == fault_server.requests(tag="stays")[0]["text"]
    assert "leaves" not in stayed.text


async def test_closing_the_provider_closes_idle_connections_and_it_can_be_used_again(
    provider: OpenAICompatible, fault_server: FaultServer
) -> None:
    await consume(provider, request_for("ok"))
    [request] = fault_server.requests()
    await provider.aclose()
    await asyncio.to_thread(fault_server.wait_disconnected, request)
    assert (await consume(provider, request_for("ok"))).finished is not None
