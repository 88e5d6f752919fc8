"""Requests of the server, and what becomes of them."""

from __future__ import annotations

import anyio
import pytest

from antiphon.lsp.rpc.client_requests import ClientRequests
from antiphon.lsp.rpc.jsonrpc import REQUEST_CANCELLED, ResponseError
from antiphon.lsp.rpc.message import Response


async def test_a_caller_that_gives_up_withdraws_its_request():
    sent = []
    outgoing = ClientRequests(sent.append)
    with anyio.move_on_after(0.01):
        await outgoing.request("m", {})
    assert sent[1] == {
        "jsonrpc": "2.0",
        "method": "$/cancelRequest",
        "params": {"id": sent[0]["id"]},
    }
    outgoing.resolve(Response(sent[0]["id"], 1, None))


async def test_a_client_that_leaves_ends_every_wait():
    outgoing = ClientRequests(lambda _message: outgoing.close())
    for _ in range(2):
        with pytest.raises(ResponseError) as caught:
            await outgoing.request("m", {})
        assert caught.value.code == REQUEST_CANCELLED
    outgoing.send_unawaited("m", {})


async def test_an_answer_that_comes_twice_counts_once():
    def send(message: dict) -> None:
        for value in (1, 2):
            outgoing.resolve(Response(message["id"], value, None))

    outgoing = ClientRequests(send)
    assert await outgoing.request("m", {}) == 1


async def test_a_malformed_error_is_still_an_error():
    outgoing = ClientRequests(lambda message: outgoing.resolve(Response(message["id"], None, "no")))
    with pytest.raises(ResponseError):
        await outgoing.request("m", {})


async def test_a_post_is_sent_and_its_answer_ignored():
    sent = []
    outgoing = ClientRequests(sent.append)
    outgoing.send_unawaited("m", {"a": 1})
    assert (sent[0]["method"], sent[0]["params"]) == ("m", {"a": 1})
    outgoing.resolve(Response(sent[0]["id"], 1, None))
