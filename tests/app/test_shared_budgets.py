"""One budget that two clients of one engine have in their settings holds for both together."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from support.lsp.shared_server import statuses
from support.lsp.socket_client import PATIENCE_S

if TYPE_CHECKING:
    from support.lsp.shared_server import Pair

LIMIT = Decimal("1.3")
A_TOKEN = Decimal("0.001")
LIKELY = 500 * A_TOKEN
"""What is reserved for an answer at first."""


def priced(pair: Pair, model: str) -> dict[str, Any]:
    """Settings in which an answer of `model` costs, and the day is limited."""
    options = pair.options()
    row = {**options["providers"]["work"], "prices": {model: {"input": 0, "output": 1000}}}
    budget = {"scope": "day", "limit": str(LIMIT)}
    return {"providers": {"work": row}, "budgets": [budget]}


async def test_runs_that_begin_at_once_in_two_clients_reserve_within_one_budget(
    pair: Pair,
) -> None:
    model = "gate-1-3"
    sections = priced(pair, model)
    async with (
        pair.client("a-key-of-one", **sections) as one,
        pair.client("a-key-of-another", **sections) as other,
    ):
        fitting = int(LIMIT / LIKELY)
        clients = [one, other] * 3
        replies = [
            asyncio.create_task(each.answer(each.begin_broadcast(f"work/{model}")))
            for each in clients
        ]
        for early in islice(asyncio.as_completed(replies), len(clients) - fitting):
            assert (await early)["error"]["data"]["kind"] == "budget"
        for each in (one, other):
            (budget,) = (await each.command("meter"))["budgets"]
            assert Decimal(budget["reserved"]) == fitting * LIKELY
        async with asyncio.timeout(PATIENCE_S):
            while len([*one.events("token"), *other.events("token")]) < fitting:
                await one.command("meter")
        await asyncio.to_thread(pair.faults.release)
        ended = [reply for reply in await asyncio.gather(*replies) if "result" in reply]
        assert [statuses(each) for each in ended] == [["complete"]] * fitting
        spent = [(await each.command("meter"))["budgets"][0]["spent"] for each in (one, other)]
        assert spent[0] == spent[1] != "0"


async def test_answers_that_grow_in_two_clients_reserve_within_one_budget(pair: Pair) -> None:
    model = "gate-400-405"
    sections = priced(pair, model)
    async with (
        pair.client("a-key-of-one", **sections) as one,
        pair.client("a-key-of-another", **sections) as other,
    ):
        asked = [(each, each.begin_broadcast(f"work/{model}")) for each in (one, other)]
        reserved = Decimal(0)
        async with asyncio.timeout(PATIENCE_S):
            while reserved < LIMIT:
                (budget,) = (await one.command("meter"))["budgets"]
                reserved = Decimal(budget["reserved"])
        assert reserved == LIMIT
        await asyncio.to_thread(pair.faults.release)
        for each, request in asked:
            assert statuses(await each.answer(request)) == ["complete"]
        (budget,) = (await other.command("meter"))["budgets"]
        assert 2 * 400 * A_TOKEN <= Decimal(budget["spent"]) <= LIMIT
        assert Decimal(budget["reserved"]) == 0


async def test_a_budget_is_that_of_the_client_that_set_it(pair: Pair) -> None:
    sections = priced(pair, "ok")
    sections["budgets"][0]["limit"] = "0.01"
    async with (
        pair.client("a-key-of-one", **sections) as limited,
        pair.client("a-key-of-another", **{**sections, "budgets": []}) as free,
    ):
        refused = await limited.ask("work/ok")
        assert refused["error"]["data"]["kind"] == "budget"
        assert statuses(await free.ask("work/ok")) == ["complete"]
        assert (await free.command("meter")).get("budgets", []) == []
