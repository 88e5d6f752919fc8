"""Budgets from the person's settings to the end of a run, over a real history."""

import asyncio
import json
from decimal import Decimal

import pytest

from antiphon.engine.budget.budgets import Budget
from antiphon.engine.budget.meter import Meter
from antiphon.engine.ports import Price
from antiphon.engine.ports.deltas import Finished, Text, UsageReport
from antiphon.model.commands.meter import MeterParams
from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.usage import Usage
from support.engine.harness import EngineHarness, FakeCaller, answered, open_harness

# `script/priced` costs $2 a million tokens of input, $10 of output: the likely answer $0.005.
LIKELY = Decimal("0.005")


def limited(harness: EngineHarness, limit: str, scope: str = "day", **more) -> list:
    """One budget; the warnings that it will give."""
    given: list = []
    harness.service.budgets.set_budgets([Budget(scope, Decimal(limit), **more)])
    harness.service.budgets.notify = given.append
    return given


def asked(harness: EngineHarness, caller: FakeCaller, **params):
    arguments = {"models": ["script/priced"], **params}
    return asyncio.create_task(harness.broadcast(caller, **arguments))


async def totals(harness: EngineHarness, **params):
    meter = Meter(harness.history.ledger, harness.service.budgets)
    return await meter.sums(MeterParams.model_validate(params))


async def test_a_run_that_does_not_fit_sends_and_stores_nothing(
    harness: EngineHarness, caller: FakeCaller
):
    limited(harness, "0.012")
    with pytest.raises(AntiphonError) as refused:
        await harness.broadcast(caller, models=["script/priced"] * 3)

    failure = refused.value.failure
    assert failure.kind == "budget"
    assert failure.message.startswith(
        "This is likely to cost $0.015, and the day's budget of $0.01"
    )
    assert "allowOverBudget" in failure.hint
    assert not harness.providers.streams["priced"]
    assert (await harness.history.sessions(limit=1))[0] == []
    assert (await totals(harness)).budgets[0].reserved == "0"


async def test_what_the_person_confirms_goes_over(harness: EngineHarness, caller: FakeCaller):
    limited(harness, "0.001")
    caller.allows_over_budget = True
    task = asked(harness, caller)
    stream = await harness.providers.opened("priced")
    stream.text("x" * 40_000)
    await harness.settled()
    stream.finish()
    assert (await task).status == "complete"


async def test_a_meter_of_no_session_has_the_budget_of_the_one_that_spent_last(
    harness: EngineHarness, caller: FakeCaller
):
    limited(harness, "1", "session")
    assert (await totals(harness)).budgets[0].spent == "0"
    task = asked(harness, caller)
    (await harness.providers.opened("priced")).finish()
    session_id = (await task).session_id
    (budget,) = (await totals(harness)).budgets
    assert budget.spent != "0"
    assert budget.period == session_id


async def test_the_quote_shows_what_is_held_and_what_is_left(
    harness: EngineHarness, caller: FakeCaller
):
    limited(harness, "1", "month", warn_at=Decimal("0.5"))
    task = asked(harness, caller)
    stream = await harness.providers.opened("priced")
    quote = await harness.broadcaster.estimate(
        BroadcastParams(prompt="Hello", models=["script/priced"]), caller
    )

    (budget,) = quote.budgets
    assert (budget.scope, budget.limit, budget.spent, budget.warn_at) == ("month", "1", "0", "0.5")
    assert Decimal(budget.reserved) == Decimal(quote.panes[0].cost.likely)
    assert Decimal(budget.remaining) == 1 - Decimal(budget.reserved)
    stream.finish()
    await task
    (budget,) = (await totals(harness)).budgets
    assert (budget.spent, budget.reserved) == ("0.000056", "0")


async def test_the_cap_cuts_an_answer_and_keeps_its_text(
    harness: EngineHarness, caller: FakeCaller
):
    given = limited(harness, "0.0065")
    task = asked(harness, caller)
    stream = await harness.providers.opened("priced")
    stream.text("word" * 400)
    await harness.settled()
    assert not stream.closed, "there is still room"
    stream.text("word" * 300)
    await stream.ended()
    result = (await task).results[0]

    assert (result.status, result.failure.kind) == ("truncated", "budget")
    final = caller.sink.events[-1]
    assert (final.type, final.finish_reason, final.content) == ("final", "budget", "word" * 700)
    assert "is used up" in final.append
    assert caller.sink.reducer.texts[result.pane_id] == await harness.documents.text(
        (await harness.history.pane(result.pane_id)).uri
    )
    assert Decimal(result.cost.amount) < Decimal("0.0075")
    assert [each.level for each in given] == ["limit"]
    attempts = (await totals(harness)).total.requests
    assert attempts == 1


async def test_an_answer_goes_on_while_the_budget_has_room(
    harness: EngineHarness, caller: FakeCaller
):
    limited(harness, "1")
    task = asked(harness, caller)
    stream = await harness.providers.opened("priced")
    for _ in range(20):
        stream.text("word" * 400)
        await harness.settled()
    (budget,) = (await totals(harness)).budgets
    assert Decimal(budget.reserved) > 8_000 * Decimal("0.00001")
    stream.finish()
    assert (await task).status == "complete"


async def test_what_is_written_while_more_is_reserved_cuts_no_answer(
    harness: EngineHarness, caller: FakeCaller
):
    limited(harness, "1")
    ledger, asked_for, may_go_on = harness.history.ledger, asyncio.Event(), asyncio.Event()
    extend = ledger.extend

    async def slow_extend(*arguments) -> int:
        asked_for.set()
        await may_go_on.wait()
        return await extend(*arguments)

    ledger.extend = slow_extend
    task = asked(harness, caller)
    stream = await harness.providers.opened("priced")
    stream.text("word" * 400)
    (live,) = harness.runs._panes.values()
    async with asyncio.timeout(10):
        await asked_for.wait()
        stream.text("word" * 4_000)
        while live.length < 4 * 4_400:
            await asyncio.sleep(0.001)
        may_go_on.set()
        while Decimal((await totals(harness)).budgets[0].reserved) < 4_400 * Decimal("0.00001"):
            stream.text("word")  # what comes next makes it look again
            await asyncio.sleep(0.001)
    stream.finish()
    assert (await task).status == "complete"


async def test_one_model_that_is_cut_leaves_the_others(harness: EngineHarness, caller: FakeCaller):
    limited(harness, "0.006", "run", model="script/priced")
    task = asked(harness, caller, models=["script/priced", "script/free"])
    stream = await harness.providers.opened("priced")
    other = await harness.providers.opened("free")
    stream.text("word" * 2_000)
    await stream.ended()
    other.text("fine")
    other.finish()
    result = await task
    assert [each.status for each in result.results] == ["truncated", "complete"]
    notes = [
        message.notes for message in await harness.history.messages(pane_id=result.panes[1].id)
    ]
    assert notes[-1] is None, "no budget counts this model"


async def test_a_model_without_a_price_is_asked_and_says_so(
    harness: EngineHarness, caller: FakeCaller
):
    limited(harness, "0.000001")
    (result,) = (await answered(harness, caller, "fine")).results
    assert result.status == "complete"
    assert caller.sink.events[-1].notes == [
        "Its price is not known: this answer is not counted against the budget."
    ]
    assert (await totals(harness)).total.unpriced == 1


async def test_a_warning_is_given_once_and_not_by_the_next_run(
    harness: EngineHarness, caller: FakeCaller
):
    given = limited(harness, "0.0075", action="warn", warn_at=Decimal("0.5"))
    results = []
    for number in (1, 2, 3):
        task = asked(harness, caller)
        stream = await harness.providers.opened("priced", number)
        stream.play(Text("x"), UsageReport(Usage(output_tokens=350, source="provider")))
        stream.play(Finished("stop", "complete"))
        stream.cut()
        results.append(await task)

    assert [each.level for each in given] == ["threshold", "limit"]
    assert given[0].message.startswith("The day's budget of $0.0075 is nearly used up: $0.005")
    told = [[each.level for each in result.budget_warnings or ()] for result in results]
    assert told == [["threshold"], ["limit"], []]
    assert harness.changes.count(("budget", "day")) == 6


async def test_what_was_held_is_given_back_where_nothing_was_sent(
    harness: EngineHarness, caller: FakeCaller
):
    limited(harness, "1")
    harness.providers.concurrency = 1
    task = asked(harness, caller, models=["script/a", "script/priced"])
    await harness.providers.opened("a")
    caller.cancellation.request()
    await task
    (budget,) = (await totals(harness)).budgets
    assert (budget.spent, budget.reserved) == ("0", "0")


async def test_a_prompt_that_was_accepted_is_paid_for_when_it_is_stopped(
    harness: EngineHarness, caller: FakeCaller
):
    task = asked(harness, caller)
    await harness.providers.opened("priced")
    while not next(iter(harness.runs._panes.values())).usage_meter.accepted:
        await asyncio.sleep(0)
    caller.cancellation.request()
    (result,) = (await task).results
    assert (result.usage.output_tokens, result.usage.source) == (0, "estimated")
    assert Decimal(result.cost.amount) == 2 * Decimal(result.usage.input_tokens) / 10**6 > 0
    assert (await totals(harness)).total.cost == result.cost


async def test_a_request_that_was_charged_and_sent_again_counts_twice(
    harness: EngineHarness, caller: FakeCaller
):
    task = asked(harness, caller)
    first = await harness.providers.opened("priced")
    first.play(UsageReport(Usage(input_tokens=1_000, source="provider")))
    first.fail("overloaded")
    second = await harness.providers.opened("priced", 2)
    second.text("yes")
    second.finish()
    (result,) = (await task).results
    total = (await totals(harness)).total
    assert result.usage.input_tokens == 3
    assert (total.usage.input_tokens, total.requests, total.retries) == (1_003, 2, 1)
    assert Decimal(total.cost.amount) == Decimal(result.cost.amount) + Decimal("0.002")


async def test_a_free_model_is_never_cut(harness: EngineHarness, caller: FakeCaller):
    limited(harness, "0.01")
    harness.providers.prices["script/gratis"] = Price(Decimal(0), Decimal(0))
    task = asked(harness, caller, models=["script/gratis"])
    stream = await harness.providers.opened("gratis")
    stream.text("word" * 50_000)
    stream.finish()
    assert (await task).status == "complete"


async def test_what_a_budget_says_is_json(harness: EngineHarness, caller: FakeCaller, tmp_path):
    other = await open_harness(tmp_path / "history.db")  # the same file
    limited(harness, "0.006")
    limited(other, "0.006")
    task = asked(harness, caller)
    stream = await harness.providers.opened("priced")
    with pytest.raises(AntiphonError, match="reserved for running answers"):
        await other.broadcast(FakeCaller(), models=["script/priced"])
    stream.finish()
    await task
    (budget,) = (await totals(other)).budgets
    assert json.loads(json.dumps(budget.to_wire())) == {
        "scope": "day",
        "limit": "0.006",
        "spent": "0.000056",
        "reserved": "0",
        "remaining": "0.005944",
        "action": "block",
        "warnAt": "0.8",
        "period": budget.period,
        "state": "within",
    }
    await other.history.aclose()
