"""Cancellation, and the table of requests in flight."""

from __future__ import annotations

import anyio

from antiphon.lsp.rpc.handlers import InFlight
from antiphon.lsp.rpc.router import Cancellation, RequestContext


def context(request_id: int, **options) -> RequestContext:
    return RequestContext(None, request_id, **options)


def test_a_callback_is_called_once_and_at_once_where_it_comes_late():
    calls = []
    cancellation = Cancellation()
    cancellation.on_request(lambda: calls.append("early"))
    assert not cancellation.requested
    cancellation.request()
    cancellation.request()
    cancellation.on_request(lambda: calls.append("late"))
    assert cancellation.requested
    assert calls == ["early", "late"]


async def test_a_claimed_token_cancels_its_request():
    table = InFlight()
    one, two = context(1, work_done_token="t"), context(2, cooperative=True)
    table.add(one)
    table.add(two)
    two.claim_token("own")
    table.cancel_token("own")
    assert (one.cancellation.requested, two.cancellation.requested) == (False, True)
    table.cancel_token("t")
    assert one.scope.cancel_called
    assert not two.scope.cancel_called


async def test_winding_down_returns_when_the_last_request_is_answered():
    table = InFlight()
    last = context(1, cooperative=True)
    table.add(last)
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(table.wind_down, 60, 60)
            await anyio.lowlevel.checkpoint()
            assert last.cancellation.requested
            table.remove(last)
    assert not last.scope.cancel_called


async def test_winding_down_leaves_behind_what_heeds_nothing():
    table = InFlight()
    table.add(context(1, cooperative=True))
    with anyio.fail_after(10):
        await table.wind_down(0.01, 0.01)
    assert 1 in table
