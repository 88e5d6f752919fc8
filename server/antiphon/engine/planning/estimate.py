"""Estimates the tokens and the cost of a run before it is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from antiphon.engine.planning.tokens import LIKELY_OUTPUT, cost_of, find_output_limit
from antiphon.model.commands.runs import CostRange, EstimateResult, EstimateTotal, PaneEstimate
from antiphon.model.values.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from antiphon.engine.planning.plan import PanePlan
    from antiphon.engine.ports import ModelCatalog, Price

UNKNOWN_LIMIT: Final = 4_096
"""Tokens that an answer may have if no limit is known."""


def estimate(plans: Sequence[PanePlan], providers: ModelCatalog) -> EstimateResult:
    """Returns the estimated tokens and cost of `plans`.

    `min` is the input alone, `max` the input and the longest answer allowed (4,096 tokens if
    no limit is known), `likely` the input and an answer of 500 tokens.
    """
    panes = [_estimate_pane(plan, providers) for plan in plans]
    costs = [pane.cost for pane in panes if pane.cost is not None]
    total = EstimateTotal(
        input_tokens=sum(pane.input_tokens for pane in panes),
        cost=sum_costs(costs) if costs else None,
        unpriced=len(panes) - len(costs),
    )
    return EstimateResult(panes=panes, total=total)


def _estimate_pane(plan: PanePlan, providers: ModelCatalog) -> PaneEstimate:
    model = plan.pane.model
    limit = find_output_limit(plan.pane, providers)
    price = providers.price(model)
    return PaneEstimate(
        model=model,
        title=plan.pane.title,
        input_tokens=plan.input_tokens,
        input_tokens_source=plan.input_tokens_source,
        max_output_tokens=limit,
        cost=None
        if price is None
        else estimate_cost_range(plan.input_tokens, limit or UNKNOWN_LIMIT, price),
    )


def estimate_cost_range(input_tokens: int, max_tokens: int, price: Price) -> CostRange:
    """Returns what an answer of at most `max_tokens` tokens may cost."""

    def cost(output_tokens: int) -> str:
        usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens)
        return cost_of(usage, price).amount or "0"

    return CostRange(min=cost(0), likely=cost(min(max_tokens, LIKELY_OUTPUT)), max=cost(max_tokens))


def sum_costs(costs: Iterable[CostRange]) -> CostRange:
    """Returns the sum of the costs of several answers."""
    totals = [Decimal(0), Decimal(0), Decimal(0)]
    for cost in costs:
        for index, amount in enumerate((cost.min, cost.likely, cost.max)):
            totals[index] += Decimal(amount)
    return CostRange(min=f"{totals[0]:f}", likely=f"{totals[1]:f}", max=f"{totals[2]:f}")
