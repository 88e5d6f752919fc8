"""What a warning says of a budget: what is spent is not mixed up with what is only held."""

from __future__ import annotations

import pytest

from antiphon.engine.budget.messages import warning
from antiphon.engine.ports.ledger import BudgetLimit, BudgetUsage, ThresholdCrossed
from antiphon.model.values.money import PICOS

CAP = BudgetLimit("day", PICOS, PICOS * 8 // 10, blocks=True)


@pytest.mark.parametrize("level", ["threshold", "limit"])
def test_money_that_is_only_held_is_said_to_be_held(level):
    standing = BudgetUsage(CAP, "2026-11-22", spent=PICOS // 10, held=PICOS * 8 // 10)
    said = warning(ThresholdCrossed(standing, level)).message
    assert "used up: $0.90 (of it $0.80 is held for answers that are running)" in said


def test_money_that_is_spent_needs_no_more_words():
    standing = BudgetUsage(CAP, "2026-11-22", spent=PICOS, held=0)
    assert warning(ThresholdCrossed(standing, "limit")).message.endswith(
        "is used up: $1.00. What is sent from now on must be confirmed."
    )
