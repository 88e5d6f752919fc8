"""Requests sent = attempts recorded = money stored = budget charged, for every fault and adapter.

The fault server counts the requests; the history says what was recorded. Left out are the faults
that are waited out for many seconds, and those that only a client ends, which come by themselves.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from antiphon.model.commands.meter import MeterParams
from antiphon.model.commands.runs import BroadcastParams
from antiphon_client.library import SessionsClient
from support.e2e.shown_documents import Shown
from support.e2e.transports import long_over_others
from support.faults.dialects import GEMINI, OPENAI
from support.faults.scenarios import names_in

if TYPE_CHECKING:
    from antiphon.model.commands.runs import PaneResult, RunResult
    from antiphon.model.values.usage import Usage
    from antiphon_client import Run
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer
    from support.faults.dialects import Dialect

LEFT_OUT = {
    "stall-headers", "stall-first", "stall-mid", "keepalive-only", "rst",  # end by our clock
    "s429date", "s429header", "s429left", "s429tokens",
}  # fmt: skip
FEW = ["ok", "s401", "s408", "s429", "s500", "s529", "sse-error-first", "sse-error-mid", "cut"]


def all_of(dialect: Dialect) -> list[str]:
    return sorted(names_in(dialect) - LEFT_OUT)


class Way(NamedTuple):
    """A provider's type, where it is, what stands before a model's name, the faults."""

    type: str
    path: str
    prefix: str
    faults: list[str]


WAYS = {
    "openai": Way("openai", "/v1", "", all_of(OPENAI)),
    "groq": Way("groq", "", "", all_of(OPENAI)),
    "gemini": Way("gemini", "", "", all_of(GEMINI)),
    "litellm-openai": Way("litellm", "/v1", "openai/", FEW),
    "litellm-groq": Way("litellm", "/openai/v1", "groq/", FEW),
    "litellm-gemini": Way("litellm", "/v1beta", "gemini/", FEW),
}
STALLS: dict[str, tuple[str, str, int]] = {
    "stall-headers": ("failed", "timeout_first_token", 2),
    "stall-first": ("failed", "timeout_first_token", 1),
    "keepalive-only": ("failed", "timeout_first_token", 1),
    "stall-mid": ("interrupted", "timeout_idle", 1),
}
"""By scenario: the status, the kind of its failure, how many requests it took."""
pytestmark = [
    pytest.mark.slow,
    long_over_others("a minute, in which what is counted never comes near a client"),
]

KEY = "sk-planted-0123456789"
PRICES = {"input": "3", "cachedInput": "1", "output": "7"}
ACCOUNTS = """
    SELECT messages.id, count(attempts.number), messages.cost_amount FROM messages
    LEFT JOIN attempts ON messages.number = attempts.message GROUP BY messages.id
"""
RETRY = {"baseDelayMs": 10, "maxDelayMs": 20}
BUDGET = {"scope": "day", "limit": "1000", "action": "block"}
PATIENCE_S = 90.0
WARM_UP = "warm-up/openai/ok"


Cell = tuple[str, str]
"""A way and a scenario."""


async def ask(
    installation: Installation, cells: list[Cell], origin: str, **sections: Any
) -> dict[Cell, tuple[PaneResult, int, str]]:
    """Asks all cells at once: how each ended, and its attempts and its cost in the history."""
    # A provider for each cell: none waits for, or rests with, another's.
    rows = {f"{way}.{name}": row(way, name, origin) for way, name in cells}
    rows["warm-up"] = row("litellm-openai", "ok", origin) | {"headers": {}}
    models = [f"{way}.{name}/{WAYS[way].prefix}{name}" for way, name in cells]
    sections |= {"retry": RETRY, "limits": {"maxPanesPerRun": 500}, "budgets": [BUDGET]}
    async with installation.client(providers=rows, **sections) as client:
        # litellm's import takes long on a busy machine, and time limits run meanwhile.
        await follow(client.broadcast(BroadcastParams(prompt="p", models=[WARM_UP])))
        result = await follow(client.broadcast(BroadcastParams(prompt="p", models=models)))
        meter = await SessionsClient(client).meter(MeterParams())
    (budget,) = meter.budgets
    assert budget.reserved == "0"
    assert Decimal(budget.spent) == Decimal(meter.total.cost.amount or 0)
    kept = {one[0]: one[1:] for one in installation.query(ACCOUNTS)}
    return {
        cell: (each, *kept[each.message_id])
        for cell, each in zip(cells, result.results, strict=True)
    }


async def follow(run: Run) -> RunResult:
    shown = Shown()
    async with asyncio.timeout(PATIENCE_S):
        async for event in run:
            shown.take(event)
        return await run.result()


def row(way: str, name: str, origin: str) -> dict[str, Any]:
    """A provider that has one model; its requests say whose they are."""
    return {
        "type": WAYS[way].type,
        "baseUrl": origin + WAYS[way].path,
        "apiKey": KEY,
        "headers": {"X-Cell": f"{way}.{name}"},
        "maxConcurrency": 500,
        "prices": {f"{WAYS[way].prefix}{name}": PRICES},
    }


def sent_in(fault_server: FaultServer) -> Counter[Cell]:
    """How many requests for an answer the fault server counted, by cell."""
    asked = [each for each in fault_server.requests() if each["model"]]
    marks = (each["headers"].get("x-cell", ".") for each in asked)
    return Counter((way, name) for way, _, name in (mark.partition(".") for mark in marks))


async def test_every_request_is_recorded_and_what_was_used_is_what_it_cost(
    installation: Installation, fault_server: FaultServer
) -> None:
    cells = [(way, name) for way in WAYS for name in WAYS[way].faults]
    found = await ask(installation, cells, fault_server.origin)
    sent = sent_in(fault_server)
    for cell, (result, attempts, cost) in found.items():
        assert (cell, attempts) == (cell, sent[cell])
        assert (cell, cost) == (cell, result.cost.amount)
        assert result.cost.amount is not None, cell
        assert (cell, Decimal(result.cost.amount)) == (cell, price(result.usage))


async def test_an_answer_that_stands_still_is_ended_by_our_own_clock(
    installation: Installation, fault_server: FaultServer
) -> None:
    cells = [(way, name) for way in WAYS for name in STALLS]
    patience = {"firstTokenMs": 3_000, "idleMs": 3_000}
    found = await ask(installation, cells, fault_server.origin, timeouts=patience)
    sent = sent_in(fault_server)
    for cell, (result, attempts, _) in found.items():
        assert result.failure is not None
        ended = (result.status, result.failure.kind, sent[cell])
        assert (cell, ended) == (cell, STALLS[cell[1]])
        assert attempts == sent[cell]


def price(usage: Usage) -> Decimal:
    """What those tokens cost."""
    thinking = usage.output_tokens + usage.reasoning_tokens
    return (3 * usage.input_tokens + usage.cached_input_tokens + 7 * thinking) / Decimal(1_000_000)
