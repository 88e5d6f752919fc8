"""Prices that only the provider's own list has are known before the first question is paid for."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports import ChatTurn, Price
from support.providers.provider_configs import registry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TURNS = [ChatTurn("user", "Hello")]
MODEL = {
    "id": "anthropic/claude-sonnet-4.5",
    "pricing": {"prompt": "0.000003", "completion": "0.000015"},
}


class Router:
    """A gateway on loopback that lists one model with its price."""

    def __init__(self) -> None:
        self.asked = 0
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        body = json.dumps({"data": [MODEL]}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def router() -> AsyncIterator[Router]:
    made = Router()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()


async def test_the_list_is_asked_once_and_its_price_counts():
    async with router() as gateway:
        providers = registry(openrouter={"baseUrl": gateway.url, "apiKey": "k"})
        model = f"openrouter/{MODEL['id']}"
        assert providers.price(model) is None
        for _ in range(3):
            await providers.count_tokens(model, TURNS, patient=False)
        assert providers.price(model) == Price(Decimal(3), Decimal(15))
        assert providers.model_info(model).output_cost_per_m_tok == "15"
        assert providers.price("openrouter/other/model") is None
        assert gateway.asked == 1
        await providers.aclose()


async def test_the_persons_own_price_comes_before_the_lists():
    async with router() as gateway:
        own = {MODEL["id"]: {"input": "1", "output": "2"}}
        row = {"baseUrl": gateway.url, "apiKey": "k", "prices": own}
        providers = registry(openrouter=row)
        await providers.models()
        assert providers.price(f"openrouter/{MODEL['id']}") == Price(Decimal(1), Decimal(2))
        await providers.aclose()


@pytest.mark.parametrize("name", ["local", "work"])
async def test_nobody_elses_list_has_a_say_in_prices(name):
    async with router() as gateway:
        providers = registry(**{name: {"baseUrl": gateway.url}})
        await providers.count_tokens(f"{name}/{MODEL['id']}", TURNS, patient=True)
        assert gateway.asked == 0
        await providers.models()
        assert providers.price(f"{name}/{MODEL['id']}") is None
        await providers.aclose()
