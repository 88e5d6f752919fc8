"""Budgets from the person's settings to the end of a run, over a real history."""

import asyncio
import json
from decimal import Decimal

import pytest
from desk import Desk, Person, answered, open_desk

from antiphon.engine.budget.budgets import Budget
from antiphon.engine.budget.meter import Meter
from antiphon.engine.ports import Price
from antiphon.engine.ports.deltas import Finished, Text, UsageReport
from antiphon.model.commands.meter import MeterParams
from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.usage import Usage

# `script/priced` costs $2 a million tokens of input, $10 of output: the likely answer $0.005.
LIKELY = Decimal("0.005")


def limited(desk: Desk, limit: str, scope: str = "day", **more) -> list:
    """One budget; the warnings that it will give."""
    given: list = []
    desk.broadcaster.budgets.set_budgets([Budget(scope, Decimal(limit), **more)])
    desk.broadcaster.budgets.tell = given.append
    return given


def asked(desk: Desk, person: Person, **params):
    arguments = {"models": ["script/priced"], **params}
    return asyncio.create_task(desk.broadcast(person, **arguments))


async def totals(desk: Desk, **params):
    meter = Meter(desk.history.ledger, desk.broadcaster.budgets)
    return await meter.sums(MeterParams.model_validate(params))


async def test_a_run_that_does_not_fit_sends_and_stores_nothing(desk: Desk, person: Person):
    limited(desk, "0.012")
    with pytest.raises(AntiphonError) as refused:
        await desk.broadcast(person, models=["script/priced"] * 3)

    failure = refused.value.failure
    assert failure.kind == "budget"
    assert failure.message.startswith(
        "This is likely to take $0.015, and the day's budget of $0.01"
    )
    assert "allowOverBudget" in failure.hint
    assert not desk.providers.streams["priced"]
    assert (await desk.history.sessions(limit=1))[0] == []
    assert (await totals(desk)).budgets[0].reserved == "0"


async def test_what_the_person_confirms_goes_over(desk: Desk, person: Person):
    limited(desk, "0.001")
    person.allows_over_budget = True
    task = asked(desk, person)
    stream = await desk.providers.opened("priced")
    stream.text("x" * 40_000)
    await desk.settled()
    stream.finish()
    assert (await task).status == "complete"


async def test_the_quote_shows_what_is_held_and_what_is_left(desk: Desk, person: Person):
    limited(desk, "1", "month", warn_at=Decimal("0.5"))
    task = asked(desk, person)
    stream = await desk.providers.opened("priced")
    quote = await desk.broadcaster.estimate(
        BroadcastParams(prompt="Hello", models=["script/priced"]), person
    )

    (budget,) = quote.budgets
    assert (budget.scope, budget.limit, budget.spent, budget.warn_at) == ("month", "1", "0", "0.5")
    assert Decimal(budget.reserved) == Decimal(quote.panes[0].cost.likely)
    assert Decimal(budget.remaining) == 1 - Decimal(budget.reserved)
    stream.finish()
    await task
    (budget,) = (await totals(desk)).budgets
    assert (budget.spent, budget.reserved) == ("0.000056", "0")


async def test_the_cap_cuts_an_answer_and_keeps_its_text(desk: Desk, person: Person):
    given = limited(desk, "0.0065")
    task = asked(desk, person)
    stream = await desk.providers.opened("priced")
    stream.text("word" * 400)
    await desk.settled()
    assert not stream.closed, "there is still room"
    stream.text("word" * 300)
    await stream.ended()
    result = (await task).results[0]

    assert (result.status, result.failure.kind) == ("truncated", "budget")
    final = person.sink.events[-1]
    assert (final.type, final.finish_reason, final.content) == ("final", "budget", "word" * 700)
    assert "is used up" in final.append
    assert person.sink.reducer.texts[result.pane_id] == await desk.documents.text(
        (await desk.history.pane(result.pane_id)).uri
    )
    assert Decimal(result.cost.amount) < Decimal("0.0075")
    assert [each.level for each in given] == ["limit"]
    attempts = (await totals(desk)).total.requests
    assert attempts == 1


async def test_an_answer_goes_on_while_the_budget_has_room(desk: Desk, person: Person):
    limited(desk, "1")
    task = asked(desk, person)
    stream = await desk.providers.opened("priced")
    for _ in range(20):
        stream.text("word" * 400)
        await desk.settled()
    (budget,) = (await totals(desk)).budgets
    assert Decimal(budget.reserved) > 8_000 * Decimal("0.00001")
    stream.finish()
    assert (await task).status == "complete"


async def test_what_is_written_while_more_is_reserved_cuts_no_answer(desk: Desk, person: Person):
    limited(desk, "1")
    ledger, asked_for, may_go_on = desk.history.ledger, asyncio.Event(), asyncio.Event()
    extend = ledger.extend

    async def slow_extend(*arguments) -> int:
        asked_for.set()
        await may_go_on.wait()
        return await extend(*arguments)

    ledger.extend = slow_extend
    task = asked(desk, person)
    stream = await desk.providers.opened("priced")
    stream.text("word" * 400)
    (live,) = desk.runs._panes.values()
    async with asyncio.timeout(10):
        await asked_for.wait()
        stream.text("word" * 4_000)
        while live.length < 4 * 4_400:
            await asyncio.sleep(0.001)
        may_go_on.set()
        while Decimal((await totals(desk)).budgets[0].reserved) < 4_400 * Decimal("0.00001"):
            stream.text("word")  # what comes next makes it look again
            await asyncio.sleep(0.001)
    stream.finish()
    assert (await task).status == "complete"


async def test_one_model_that_is_cut_leaves_the_others(desk: Desk, person: Person):
    limited(desk, "0.006", "run", model="script/priced")
    task = asked(desk, person, models=["script/priced", "script/free"])
    stream = await desk.providers.opened("priced")
    other = await desk.providers.opened("free")
    stream.text("word" * 2_000)
    await stream.ended()
    other.text("fine")
    other.finish()
    result = await task
    assert [each.status for each in result.results] == ["truncated", "complete"]
    notes = [message.notes for message in await desk.history.messages(pane_id=result.panes[1].id)]
    assert notes[-1] is None, "no budget counts this model"


async def test_a_model_without_a_price_is_asked_and_says_so(desk: Desk, person: Person):
    limited(desk, "0.000001")
    (result,) = (await answered(desk, person, "fine")).results
    assert result.status == "complete"
    assert person.sink.events[-1].notes == [
        "Its price is not known: this answer is not counted against the budget."
    ]
    assert (await totals(desk)).total.unpriced == 1


async def test_a_warning_is_given_once_and_not_by_the_next_run(desk: Desk, person: Person):
    given = limited(desk, "0.0075", action="warn", warn_at=Decimal("0.5"))
    results = []
    for number in (1, 2, 3):
        task = asked(desk, person)
        stream = await desk.providers.opened("priced", number)
        stream.play(Text("x"), UsageReport(Usage(output_tokens=350, source="provider")))
        stream.play(Finished("stop", "complete"))
        stream.cut()
        results.append(await task)

    assert [each.level for each in given] == ["threshold", "limit"]
    assert given[0].message.startswith("The day's budget of $0.0075 is nearly used up: $0.0050")
    told = [[each.level for each in result.budget_warnings or ()] for result in results]
    assert told == [["threshold"], ["limit"], []]
    assert desk.changes.count(("budget", "day")) == 6


async def test_what_was_held_is_given_back_where_nothing_was_sent(desk: Desk, person: Person):
    limited(desk, "1")
    desk.providers.concurrency = 1
    task = asked(desk, person, models=["script/a", "script/priced"])
    await desk.providers.opened("a")
    person.cancellation.request()
    await task
    (budget,) = (await totals(desk)).budgets
    assert (budget.spent, budget.reserved) == ("0", "0")


async def test_a_prompt_that_was_accepted_is_paid_for_when_it_is_stopped(
    desk: Desk, person: Person
):
    task = asked(desk, person)
    await desk.providers.opened("priced")
    while not next(iter(desk.runs._panes.values())).tally.accepted:
        await asyncio.sleep(0)
    person.cancellation.request()
    (result,) = (await task).results
    assert (result.usage.output_tokens, result.usage.source) == (0, "estimated")
    assert Decimal(result.cost.amount) == 2 * Decimal(result.usage.input_tokens) / 10**6 > 0
    assert (await totals(desk)).total.cost == result.cost


async def test_a_request_that_was_charged_and_sent_again_counts_twice(desk: Desk, person: Person):
    task = asked(desk, person)
    first = await desk.providers.opened("priced")
    first.play(UsageReport(Usage(input_tokens=1_000, source="provider")))
    first.fail("overloaded")
    second = await desk.providers.opened("priced", 2)
    second.text("yes")
    second.finish()
    (result,) = (await task).results
    total = (await totals(desk)).total
    assert result.usage.input_tokens == 3
    assert (total.usage.input_tokens, total.requests, total.retries) == (1_003, 2, 1)
    assert Decimal(total.cost.amount) == Decimal(result.cost.amount) + Decimal("0.002")


async def test_a_free_model_is_never_cut(desk: Desk, person: Person):
    limited(desk, "0.01")
    desk.providers.prices["script/gratis"] = Price(Decimal(0), Decimal(0))
    task = asked(desk, person, models=["script/gratis"])
    stream = await desk.providers.opened("gratis")
    stream.text("word" * 50_000)
    stream.finish()
    assert (await task).status == "complete"


async def test_what_a_budget_says_is_json(desk: Desk, person: Person, tmp_path):
    other = await open_desk(tmp_path / "history.db")  # the same file
    limited(desk, "0.006")
    limited(other, "0.006")
    task = asked(desk, person)
    stream = await desk.providers.opened("priced")
    with pytest.raises(AntiphonError, match="held for answers that are running"):
        await other.broadcast(Person(), models=["script/priced"])
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
