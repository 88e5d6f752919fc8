"""Which spending counts in a budget's period, and when its thresholds are reached."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports import RunStart
from antiphon.engine.ports.ledger import BudgetLimit, Reservation, ReservedAmount, SpendingScope
from antiphon.model.values.times import rfc3339

if TYPE_CHECKING:
    from typing import Any


def reserved(story: Any, at: str, amount: int, model: str = "demo/a") -> RunStart:
    held = ReservedAmount(story.answer.id, story.panes[0].id, "demo", model, amount)
    scope = SpendingScope(at, story.run_id, story.session_id)
    reservation = Reservation(scope, [held], (), confirmed=False)
    return RunStart(story.run_id, story.session, story.messages, reservation=reservation)


def noon(day: str) -> str:
    """Noon of that day by the clock of this machine."""
    return rfc3339(datetime.fromisoformat(f"{day}T12:00:00").astimezone())


async def test_a_month_has_all_of_its_days_and_none_of_its_neighbours(history, story) -> None:
    days = {"2026-09-30": 1, "2026-10-01": 2, "2026-10-31": 4, "2026-11-01": 8}
    for day, amount in days.items():
        await history.begin_run(reserved(story(), noon(day), amount))
    budget = BudgetLimit("month", 100, 100, blocks=True)

    [october] = await history.ledger.usages([budget], SpendingScope(noon("2026-10-15")))

    assert (october.period, october.reserved) == ("2026-10", 6)


@pytest.mark.parametrize(
    ("amount", "level"), [(79, None), (80, "threshold"), (99, "threshold"), (100, "limit")]
)
async def test_a_threshold_is_reached_by_its_own_amount(history, story, amount, level) -> None:
    a, at = story(), noon("2026-10-15")
    await history.begin_run(reserved(a, at, amount))
    budget = BudgetLimit("day", 100, 80, blocks=True)

    found = await history.ledger.crossings([budget], SpendingScope(at, a.run_id, a.session_id))

    assert [each.level for each in found] == ([level] if level else [])


async def test_the_run_that_spent_last_is_the_latest_whatever_was_stored_last(
    history, story
) -> None:
    assert await history.ledger.latest() == (None, None)
    last, first = story(), story()
    await history.begin_run(reserved(last, noon("2026-10-02"), 1))
    await history.begin_run(reserved(first, noon("2026-10-01"), 1))

    assert await history.ledger.latest() == (last.run_id, last.session_id)


async def test_a_reservation_without_a_budget_grows_without_a_limit(history, story) -> None:
    a, at = story(), noon("2026-10-15")
    await history.begin_run(reserved(a, at, 5))

    granted = await history.ledger.extend(a.answer.id, 500, [], SpendingScope(at, a.run_id))

    assert granted == 500
