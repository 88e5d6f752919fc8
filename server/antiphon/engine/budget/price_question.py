"""Builds the one question about a run's price: what it is likely to cost.

It is asked only of a caller that wants to be asked (`confirmAbove`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.engine.budget.messages import describe_excess
from antiphon.engine.planning.estimate import estimate
from antiphon.model.values.number_format import format_cost_range, join_parts

if TYPE_CHECKING:
    from antiphon.engine.planning.plan import RunPlan
    from antiphon.engine.ports import ModelCatalog
    from antiphon.engine.ports.ledger import OverBudgetError


class PriceQuestion(Struct, frozen=True):
    """What the user is asked before a run that costs a lot."""

    text: str
    exceeds_budget: bool
    """Whether a yes also lets the run exceed the budget that the text names."""


def find_price_question(
    plan: RunPlan, above: Decimal, providers: ModelCatalog, over: OverBudgetError | None
) -> PriceQuestion | None:
    """Returns the question about a run, or `None` if it is cheap enough.

    `above` is in US dollars; `over` is the budget that the run would exceed.
    """
    total = estimate(plan.panes, providers).total
    if over is not None:
        return PriceQuestion(f"{describe_excess(over)}. Send it all the same?", exceeds_budget=True)
    if total.cost is None or Decimal(total.cost.likely) <= above:
        return None
    models = f"{len(plan.panes)} {'model' if len(plan.panes) == 1 else 'models'}"
    unpriced = f"{total.unpriced:,} unpriced" if total.unpriced else ""
    cost = format_cost_range(total.cost.likely, total.cost.max)
    figures = join_parts([f"{cost} for {models}", unpriced])
    return PriceQuestion(f"This is likely to cost {figures}. Send it?", exceeds_budget=False)
