"""The ledger: reserved with the run, settled with the answer, and never lowered by deleting."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.engine.ports import AnswerEnd, Attempt, RunStart, TextChunk
from antiphon.engine.ports.ledger import (
    BudgetLimit,
    OverBudgetError,
    Reservation,
    ReservedAmount,
    SpendingScope,
)
from antiphon.model.commands.meter import MeterParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values import money
from antiphon.model.values.times import now
from antiphon.model.values.usage import Cost, Latency, Usage
from support.history.stored import change, seem_dead

if TYPE_CHECKING:
    from antiphon.history.store import SqlHistory

DOLLAR = money.PICOS


def day(limit: int, **more: Any) -> BudgetLimit:
    return BudgetLimit("day", limit, more.pop("warn_at", limit), blocks=True, **more)


def reserving(story: Any, *amounts: int, budgets: Any = (), confirmed: bool = False) -> RunStart:
    amounts = [
        ReservedAmount(answer.id, answer.pane_id, "demo", f"demo/model-{number}", amount)
        for number, (answer, amount) in enumerate(zip(story.answers, amounts, strict=True))
    ]
    scope = SpendingScope(now(), story.run_id, story.session_id)
    reservation = Reservation(scope, amounts, budgets, confirmed)
    return RunStart(story.run_id, story.session, story.messages, reservation=reservation)


def scope_of(story: Any) -> SpendingScope:
    return SpendingScope(now(), story.run_id, story.session_id)


async def usage(history: SqlHistory, budget: BudgetLimit, scope: SpendingScope) -> tuple[int, int]:
    (found,) = await history.ledger.usages([budget], scope)
    return found.spent, found.reserved


def took(cost: str | None, source: Any = "provider", output: int = 7) -> dict[str, Any]:
    return {
        "usage": Usage(input_tokens=3, output_tokens=output, source=source),
        "cost": Cost.of(None if cost is None else Decimal(cost)),
        "latency": Latency(queued_ms=2, ttft_ms=10, total_ms=100, tokens_per_second=70.0),
    }


async def test_a_whole_fan_out_is_reserved_or_nothing_of_it(history, story):
    budget = day(10)
    first, second = story(2), story(2)
    await history.begin_run(reserving(first, 4, 3, budgets=[budget]))

    with pytest.raises(OverBudgetError) as refused:
        await history.begin_run(reserving(second, 2, 2, budgets=[budget]))

    assert (refused.value.needed, refused.value.usage.remaining) == (4, 3)
    assert await usage(history, budget, scope_of(first)) == (0, 7)
    with pytest.raises(AntiphonError):
        await history.session(second.session_id)


async def test_what_fits_exactly_is_reserved_and_nothing_beyond_it(history, story):
    budget, first = day(10), story(2)
    await history.begin_run(reserving(first, 4, 6, budgets=[budget]))
    with pytest.raises(OverBudgetError):
        await history.begin_run(reserving(story(), 1, budgets=[budget]))
    assert await usage(history, budget, scope_of(first)) == (0, 10)


async def test_an_end_puts_the_real_cost_in_the_place_of_what_was_held(history, story):
    budget, one = day(10 * DOLLAR), story(2)
    await history.begin_run(reserving(one, 4 * DOLLAR, 3 * DOLLAR, budgets=[budget]))

    await history.record([AnswerEnd(one.ended("done", **took("0.25")))])
    assert await usage(history, budget, scope_of(one)) == (DOLLAR // 4, 3 * DOLLAR)
    await history.record([AnswerEnd(one.ended("", 1, status="cancelled", **took("0", output=0)))])
    assert await usage(history, budget, scope_of(one)) == (DOLLAR // 4, 0)


async def test_what_is_confirmed_goes_over(history, story):
    budget, one = day(10), story()
    await history.begin_run(reserving(one, 40, budgets=[budget], confirmed=True))
    assert await usage(history, budget, scope_of(one)) == (0, 40)


async def test_a_reservation_grows_as_far_as_the_budget_has_room(history, story):
    budget, one, other = day(100), story(), story()
    await history.begin_run(reserving(one, 10, budgets=[budget]))
    await history.begin_run(reserving(other, 30, budgets=[budget]))
    extend, scope = history.ledger.extend, scope_of(one)

    assert await extend(one.answer.id, 50, [budget], scope) == 50
    assert await extend(one.answer.id, 500, [budget], scope) == 70
    assert await extend(one.answer.id, 900, [budget], scope) == 70
    assert await usage(history, budget, scope) == (0, 100)
    await history.record([AnswerEnd(one.ended("x", **took("0")))])
    assert await extend(one.answer.id, 900, [budget], scope) == 900, "it has ended"
    assert await usage(history, budget, scope) == (0, 30)


async def test_budgets_count_their_own_scope_provider_and_model(history, story):
    one = story(2)
    await history.begin_run(reserving(one, 4, 3))
    here, elsewhere = scope_of(one), SpendingScope(now(), story().run_id, story().session_id)

    for scope, away in (("run", 0), ("session", 0), ("day", 7), ("month", 7)):
        budget = BudgetLimit(scope, 100, 80, blocks=True)
        assert await usage(history, budget, here) == (0, 7), scope
        assert await usage(history, budget, elsewhere) == (0, away), scope
    assert await usage(history, day(9, model="demo/model-1"), here) == (0, 3)
    assert await usage(history, day(9, provider="demo"), here) == (0, 7)
    assert await usage(history, day(9, provider="other"), here) == (0, 0)
    long_ago = SpendingScope("2001-01-31T12:00:00.000Z")
    assert await usage(history, BudgetLimit("month", 9, 9, blocks=True), long_ago) == (0, 0)


async def test_each_threshold_is_given_once_in_a_period_by_all_servers(opened, story):
    first, second = await opened(), await opened()
    budget, one = day(100, warn_at=80), story(2)
    await first.begin_run(reserving(one, 50, 20))
    crossings = first.ledger.crossings
    assert await crossings([budget], scope_of(one)) == []
    await first.ledger.extend(one.answer.id, 70, [budget], scope_of(one))

    (given,) = await second.ledger.crossings([budget], scope_of(one))
    assert (given.level, given.usage.reserved) == ("threshold", 90)
    assert await crossings([budget], scope_of(one)) == []
    await first.ledger.extend(one.answer.id, 90, [budget], scope_of(one))
    assert [each.level for each in await crossings([budget], scope_of(one))] == ["limit"]
    assert await second.ledger.crossings([budget], scope_of(one)) == []


async def test_requests_that_were_charged_before_the_answer_count(history, story):
    one = story()
    await history.begin_run(reserving(one, 5))
    usage = Usage(
        input_tokens=100,
        output_tokens=20,
        cached_input_tokens=30,
        reasoning_tokens=40,
        source="provider",
    )
    refused = Attempt(one.answer.id, 1, "overloaded", usage, Cost.of(Decimal("0.5")))
    answered = Attempt(one.answer.id, 2, None)
    await history.record([refused, answered, AnswerEnd(one.ended("yes", **took("0.25")))])

    total = (await history.ledger.totals(MeterParams())).total
    assert (total.answers, total.requests, total.retries) == (1, 2, 1)
    assert total.cost.amount == "0.75"
    assert total.usage == usage + took("0.25")["usage"]


async def test_deleting_a_session_gives_nothing_back(history, story):
    budget, one = day(DOLLAR), story()
    await history.begin_run(reserving(one, 5))
    await history.record([AnswerEnd(one.ended("x", **took("0.125")))])
    before = await history.ledger.totals(MeterParams(group_by="session"))
    await history.library.delete(one.session_id)

    after = await history.ledger.totals(MeterParams(group_by="session"))
    assert after.total == before.total
    assert [(row.key, row.label) for row in after.rows] == [(one.session_id, None)]
    assert await usage(history, budget, scope_of(one)) == (DOLLAR // 8, 0)


@pytest.mark.parametrize(
    ("pieces", "spent"),
    [([], 0), ([("some", False)], 5), ([("a thought", True)], 5)],
    ids=["nothing", "text", "thinking only"],
)
async def test_what_a_dead_server_held_is_spent_if_anything_had_come(opened, story, pieces, spent):
    first = await opened()
    budget, one = day(DOLLAR), story()
    await first.begin_run(reserving(one, 5))
    for text, is_reasoning in pieces:
        await first.record([TextChunk(one.answer.id, text, is_reasoning=is_reasoning)])
    await seem_dead(first)

    second = await opened()
    await second.recover()

    assert await usage(second, budget, scope_of(one)) == (spent, 0)
    ended = await second.message(one.answer.id)
    assert ended.status == "interrupted"
    assert (ended.cost.amount if ended.cost else None) == ("0.000000000005" if spent else None)
    total = (await second.ledger.totals(MeterParams())).total
    sent = bool(spent)
    assert (total.answers, total.requests, total.not_sent) == (sent, sent, not sent)


async def test_a_sum_that_does_not_fit_its_answers_is_found(history, story):
    one = story()
    await history.begin_run(reserving(one, 5))
    await history.record([AnswerEnd(one.ended("x", **took("0.125")))])
    assert (await history.upkeep.verify()).problems == []
    await change(history, "UPDATE spending_days SET cost = 1")
    assert (await history.upkeep.verify()).problems == [
        "counts: day whose sum of spending is wrong (1)"
    ]
