"""Checks that a budget's warning tells spent money from reserved money."""

from __future__ import annotations

import pytest

from antiphon.engine.budget.messages import (
    over_budget_error,
    to_budget_status,
    to_budget_warning,
)
from antiphon.engine.ports.ledger import (
    BudgetLimit,
    BudgetUsage,
    OverBudgetError,
    ThresholdCrossed,
)
from antiphon.model.values.money import PICOS

CAP = BudgetLimit("day", PICOS, PICOS * 8 // 10, blocks=True)


@pytest.mark.parametrize("level", ["threshold", "limit"])
def test_a_warning_names_money_that_is_only_reserved(level):
    usage = BudgetUsage(CAP, "2026-11-22", spent=PICOS // 10, reserved=PICOS * 8 // 10)
    said = to_budget_warning(ThresholdCrossed(usage, level)).message
    assert "used up: $0.90 ($0.80 of it is reserved for running answers)" in said


def test_a_refusal_whose_amounts_look_the_same_names_the_margin():
    usage = BudgetUsage(CAP, "2026-11-22", spent=PICOS * 99 // 100, reserved=0)
    over = OverBudgetError(usage, PICOS // 100 + PICOS // 50_000)
    said = over_budget_error(over).failure.message
    assert "cost $0.01, and the day's budget of $1.00 has $0.01 left" in said
    assert "left, which is $0.00002 too little ($0.99 spent)" in said


def test_money_that_is_spent_needs_no_more_words():
    usage = BudgetUsage(CAP, "2026-11-22", spent=PICOS, reserved=0)
    assert to_budget_warning(ThresholdCrossed(usage, "limit")).message.endswith(
        "is used up: $1.00. Each further prompt must be confirmed."
    )


@pytest.mark.parametrize(
    ("spent", "reserved", "state"),
    [
        (79, 0, "within"),
        (80, 0, "warned"),
        (70, 10, "warned"),
        (99, 0, "warned"),
        (100, 0, "spent"),
        (70, 30, "spent"),
    ],
)
def test_a_budgets_state_counts_what_is_reserved_and_changes_at_its_limits(spent, reserved, state):
    cent = PICOS // 100
    usage = BudgetUsage(CAP, "2026-11-22", spent=spent * cent, reserved=reserved * cent)
    assert to_budget_status(usage).state == state
