"""Builds messages about budgets: refusals, cut answers, warnings and the wire's status."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from antiphon.model.commands.budget import BudgetStatus, BudgetWarning
from antiphon.model.failure import AntiphonError, Failure, error
from antiphon.model.values import money
from antiphon.model.values.number_format import format_money

if TYPE_CHECKING:
    from antiphon.engine.ports.ledger import (
        BudgetLimit,
        BudgetUsage,
        OverBudgetError,
        ThresholdCrossed,
    )

UNPRICED: Final = "Its price is not known: this answer is not counted against the budget."


def to_budget_status(usage: BudgetUsage) -> BudgetStatus:
    """Returns the status of a budget as clients receive it."""
    limit, used = usage.budget, usage.spent + usage.reserved
    state: Literal["within", "warned", "spent"] = "within"
    if used >= limit.limit:
        state = "spent"
    elif used >= limit.warn_at:
        state = "warned"
    return BudgetStatus(
        scope=limit.scope,
        limit=money.dollars(limit.limit),
        spent=money.dollars(usage.spent),
        reserved=money.dollars(usage.reserved),
        remaining=money.dollars(usage.remaining),
        action="block" if limit.blocks else "warn",
        warn_at=limit.warn_share,
        provider=limit.provider,
        model=limit.model,
        period=usage.period or None,
        state=state,
    )


def over_budget_error(over: OverBudgetError) -> AntiphonError:
    """Returns the error for a run that costs more than a budget has left."""
    return error(
        "budget",
        f"{describe_excess(over)}. Nothing was sent.",
        hint="Ask fewer models, confirm that it may exceed the budget (allowOverBudget), or raise "
        "`budgets` in the settings.",
    )


def describe_excess(over: OverBudgetError) -> str:
    """Returns a clause on what a run costs and what a budget has left.

    If both look the same when they are rounded, it says by how much the run is over.
    """
    usage = over.usage
    needed, left = _format_dollars(over.needed), _format_dollars(usage.remaining)
    excess = ""
    if needed == left:
        excess = f", which is {_format_dollars(over.needed - usage.remaining)} too little"
    reserved = (
        f", {_format_dollars(usage.reserved)} reserved for running answers"
        if usage.reserved
        else ""
    )
    return (
        f"This is likely to cost {needed}, and {_describe(usage.budget)} has {left} left{excess} "
        f"({_format_dollars(usage.spent)} spent{reserved})"
    )


def used_up_failure(usage: BudgetUsage) -> Failure:
    """Returns the failure of an answer that was stopped because a budget is used up."""
    return Failure.of(
        "budget",
        f"The answer was stopped: {_describe(usage.budget)} is used up.",
        hint="What had arrived is kept. Raise `budgets` in the settings, then regenerate the "
        "answer, or confirm that it may exceed the budget.",
    )


def to_budget_warning(crossing: ThresholdCrossed) -> BudgetWarning:
    """Builds the warning for a budget that reached its threshold or its limit."""
    usage = crossing.usage
    name = _describe(usage.budget)
    name = name[0].upper() + name[1:]
    used = _format_dollars(usage.spent + usage.reserved)
    if usage.reserved:
        used += f" ({_format_dollars(usage.reserved)} of it is reserved for running answers)"
    if crossing.level == "limit":
        blocks = usage.budget.blocks
        then = "Each further prompt must be confirmed." if blocks else "This budget only warns."
        message = f"{name} is used up: {used}. {then}"
    else:
        message = f"{name} is nearly used up: {used}, {_format_dollars(usage.remaining)} left."
    return BudgetWarning(level=crossing.level, message=message, budget=to_budget_status(usage))


def _describe(limit: BudgetLimit) -> str:
    whose = limit.model or limit.provider
    of = f" for {whose}" if whose else ""
    return f"the {limit.scope}'s budget of {_format_dollars(limit.limit)}{of}"


def _format_dollars(picos: int) -> str:
    return format_money(Decimal(picos) / money.PICOS)
