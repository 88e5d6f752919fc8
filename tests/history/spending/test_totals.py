"""Every figure of the meter equals a recomputation, by other means, from the stored records."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from antiphon.engine.ports import AnswerEnd, Attempt
from antiphon.history import open_history
from antiphon.model.commands.meter import MeterParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import day_of
from antiphon.model.values.usage import Cost, Latency, Usage

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.history.store import SqlHistory

TOKENS = ("input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens")
COUNTS = st.integers(0, 10**9)
AMOUNTS = st.decimals(0, 100, places=15).map(lambda amount: f"{amount:f}")
USAGES = st.builds(
    Usage, **dict.fromkeys(TOKENS, COUNTS), source=st.sampled_from(["estimated", "provider"])
)
COSTS = st.none() | AMOUNTS
LATENCIES = st.none() | st.builds(
    Latency,
    queued_ms=COUNTS,
    ttft_ms=st.none() | COUNTS,
    total_ms=COUNTS,
    tokens_per_second=st.none() | st.floats(0, 10**6).map(lambda speed: round(speed, 1)),
)
ENDS = st.tuples(
    st.sampled_from(["complete", "failed", "cancelled", "truncated"]), USAGES, COSTS, LATENCIES
)
WAITS = st.builds(Latency, queued_ms=COUNTS, total_ms=COUNTS)
UNSENT = st.tuples(st.sampled_from(["failed", "cancelled"]), st.none(), COSTS, WAITS)
"""No key, or stopped while it waited: there was no request, so there is no usage."""
RETRIES = st.lists(st.tuples(USAGES, COSTS), max_size=2)
RUNS = st.lists(
    st.lists(
        st.tuples(ENDS | UNSENT, RETRIES, st.sampled_from(["a/x", "a/y", "b/x"])),
        min_size=1,
        max_size=3,
    ),
    min_size=1,
    max_size=4,
)
DAYS = ("2026-10-31T23:59:59.999Z", "2026-11-01T12:00:00.000Z", "2026-11-02T01:00:00.000Z")


def cost_of(amount: str | None) -> Cost:
    return Cost() if amount is None else Cost(amount=amount, source="priced")


async def store(history: SqlHistory, story: Any, runs: Any) -> None:
    for number, panes in enumerate(runs):
        told = story(len(panes))
        moment = DAYS[number % len(DAYS)]
        told.answers = [
            answer.model_copy(update={"created_at": moment, "model": model})
            for answer, (_, _, model) in zip(told.answers, panes, strict=True)
        ]
        await history.begin_run(told.start)
        for answer, (end, retries, _) in zip(told.answers, panes, strict=True):
            status, usage, amount, latency = end
            if usage is None:
                update = {"status": status, "usage": Usage(), "latency": latency}
                update["cost"] = Cost() if amount is None else cost_of("0")
                await history.record([AnswerEnd(answer.model_copy(update=update))])
                continue
            records: list[Any] = [
                Attempt(answer.id, index + 1, "overloaded", usage, cost_of(amount))
                for index, (usage, amount) in enumerate(retries)
            ]
            update = {
                "status": status, "usage": usage, "cost": cost_of(amount), "latency": latency,
            }  # fmt: skip
            last = Attempt(answer.id, len(retries) + 1, None)
            await history.record([*records, last, AnswerEnd(answer.model_copy(update=update))])


@dataclass
class Sum:
    """What a group must come to, added up by hand."""

    answers: int = 0
    not_sent: int = 0
    requests: int = 0
    retries: int = 0
    unpriced: int = 0
    estimated: int = 0
    tokens: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TOKENS, 0))
    estimated_tokens: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TOKENS, 0))
    cost: Fraction = Fraction(0)
    priced: bool = False
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def recomputed(path: Path, key_of: Any) -> dict[str, Sum]:
    sums: dict[str, Sum] = defaultdict(Sum)
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        for row in connection.execute(
            "SELECT messages.*, panes.session_id FROM messages "
            "JOIN panes ON panes.id = messages.pane_id WHERE role = 'assistant'"
        ):
            found = connection.execute("SELECT * FROM attempts WHERE message = ?", (row["number"],))
            attempts = found.fetchall()
            billed = {name: row[name] + sum(each[name] for each in attempts) for name in TOKENS}
            one = sums[key_of(row)]
            if not attempts:
                one.not_sent += 1
                continue
            one.answers += 1
            one.requests += len(attempts)
            one.retries += len(attempts) - 1
            one.unpriced += row["cost_source"] == "unpriced" and sum(billed.values()) > 0
            estimated = row["usage_source"] == "estimated" and sum(row[n] for n in TOKENS) > 0
            one.estimated += estimated
            one.priced |= row["cost_source"] == "priced"
            for name in TOKENS:
                one.tokens[name] += billed[name]
                one.estimated_tokens[name] += billed[name] * estimated
            one.cost += Fraction(row["cost_amount"] or 0)
            one.cost += sum(
                Fraction(each["cost"], 10**12) + Fraction(each["cost_rest"], 10**24)
                for each in attempts
            )
            if row["total_ms"] is not None:
                for name in ("queued_ms", "ttft_ms", "total_ms", "tokens_per_second"):
                    if row[name] is not None:
                        one.times[name].append(row[name])
    return sums


def check(figures: Any, expected: Sum) -> None:
    assert (figures.answers, figures.not_sent) == (expected.answers, expected.not_sent)
    assert (figures.requests, figures.retries) == (expected.requests, expected.retries)
    assert figures.unpriced == expected.unpriced
    assert figures.estimated.answers == expected.estimated
    assert {name: getattr(figures.usage, name) for name in TOKENS} == expected.tokens
    shown = {name: getattr(figures.estimated.usage, name) for name in TOKENS}
    assert shown == expected.estimated_tokens
    by_provider = expected.answers and not expected.estimated
    assert figures.usage.source == ("provider" if by_provider else "estimated")
    if expected.priced or not expected.answers:
        assert Fraction(figures.cost.amount) == expected.cost
    else:
        assert figures.cost.amount is None
    for name in ("ttft_ms", "total_ms", "queued_ms"):
        times = expected.times[name]
        mean = round(sum(times) / len(times)) if times else None
        assert getattr(figures.latency, name) == (mean if name == "ttft_ms" else mean or 0)
    speeds = expected.times["tokens_per_second"]
    if speeds:
        assert figures.latency.tokens_per_second == pytest.approx(
            sum(speeds) / len(speeds), abs=0.06
        )


GROUPS = {
    "model": lambda row: row["model"],
    "provider": lambda row: row["model"].partition("/")[0],
    "pane": lambda row: row["pane_id"],
    "session": lambda row: row["session_id"],
    "day": lambda row: day_of(row["created_at"]),
}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(RUNS)
def test_every_figure_is_recomputed_from_the_records(tmp_path: Path, story: Any, runs: Any) -> None:
    path = tmp_path / f"{new_id()}.db"

    async def measured() -> None:
        history = await open_history(path, server_id=new_id())
        await store(history, story, runs)
        totals = history.ledger.totals
        for group, key_of in GROUPS.items():
            result = await totals(MeterParams.model_validate({"groupBy": group}))
            expected = recomputed(path, key_of)
            assert {row.key for row in result.rows} == set(expected)
            for row in result.rows:
                check(row, expected[row.key])
            (everything,) = recomputed(path, lambda _: "all").values()
            check(result.total, everything)
        (since,) = {day_of(DAYS[1])}
        by_day = (await totals(MeterParams(since=since))).total
        by_time = (await totals(MeterParams(since=DAYS[1]))).total
        assert by_time.answers <= by_day.answers <= everything.answers
        await history.aclose()

    asyncio.run(measured())


async def test_rows_come_by_cost_and_those_beyond_the_limit_are_counted(history, story) -> None:
    end = ("complete", Usage(output_tokens=1, source="provider"))
    runs = [[((*end, cost, None), [], "a/x")] for cost in ("0.1", "0.3", "0.2")]
    await store(history, story, runs)
    found = await history.ledger.totals(MeterParams(group_by="session", limit=2))
    assert [row.cost.amount for row in found.rows] == ["0.3", "0.2"]
    assert found.omitted == 1
    assert (await history.ledger.totals(MeterParams(group_by="session"))).omitted == 0
    assert (await history.ledger.totals(MeterParams())).omitted == 0
    assert {row.label for row in found.rows} == {"A question"}


async def test_a_pane_is_named_with_its_model_and_its_session(history, story) -> None:
    await store(history, story, [[(("complete", Usage(), "0.1", None), [], "a/x")]])
    (row,) = (await history.ledger.totals(MeterParams(group_by="pane"))).rows
    ((session,), _) = await history.sessions(limit=1)
    (pane,) = session.panes
    assert (row.key, row.label, row.model) == (pane.id, pane.title, pane.model)
    assert row.session_title == session.title == "A question"


async def test_one_session_and_one_run_are_summed_up_alone(history, story) -> None:
    one, other = story(2), story()
    for each in (one, other):
        await history.begin_run(each.start)
    for each in (one, other):
        await history.record([Attempt(each.answer.id, 1, None), AnswerEnd(each.ended("x"))])
    for params in ({"sessionId": one.session_id}, {"runId": one.run_id}):
        total = (await history.ledger.totals(MeterParams.model_validate(params))).total
        assert (total.answers, total.cost.amount) == (1, "0")
    assert (await history.ledger.totals(MeterParams(session_id=new_id()))).total.answers == 0


async def test_what_is_no_time_is_refused(history) -> None:
    with pytest.raises(AntiphonError) as refused:
        await history.ledger.totals(MeterParams(since="yesterday"))
    assert (refused.value.failure.kind, refused.value.field) == ("invalid_params", "$.since")


@pytest.mark.parametrize("group", [None, *GROUPS])
async def test_an_empty_history_took_nothing(history, group) -> None:
    found = await history.ledger.totals(MeterParams(group_by=group))
    assert (found.rows, found.total.cost.amount, found.total.latency.total_ms) == ([], "0", 0)


async def test_days_come_newest_first(history, story) -> None:
    end = ("complete", Usage(output_tokens=1, source="provider"), "0.1", None)
    await store(history, story, [[(end, [], "a/x")] for _ in DAYS])
    found = await history.ledger.totals(MeterParams(group_by="day", limit=2))
    days = sorted(map(day_of, DAYS), reverse=True)
    assert [row.key for row in found.rows] == days[:2]


async def test_costs_that_differ_by_less_than_a_pico_are_in_order_too(history, story) -> None:
    end = ("complete", Usage(output_tokens=1, source="provider"))
    costs = ["0.0000000000001", "0.0000000000003", "0.0000000000002"]
    await store(history, story, [[((*end, cost, None), [], "a/x")] for cost in costs])
    found = await history.ledger.totals(MeterParams(group_by="session"))
    assert [row.cost.amount for row in found.rows] == sorted(costs, reverse=True)
