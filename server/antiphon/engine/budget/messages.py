"""What people are told of budgets: refusals, cut answers, warnings, and the status on the wire."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final, Literal

from antiphon.model.commands.budget import BudgetStatus, BudgetWarning
from antiphon.model.failure import AntiphonError, Failure, error
from antiphon.model.values import money

if TYPE_CHECKING:
    from antiphon.engine.ports.ledger import (
        BudgetLimit,
        BudgetUsage,
        OverBudgetError,
        ThresholdCrossed,
    )

_CENT: Final = Decimal("0.01")
UNPRICED: Final = "Its price is not known: this answer is not counted against the budget."


def status_of(standing: BudgetUsage) -> BudgetStatus:
    """A budget as clients see it."""
    cap, used = standing.cap, standing.spent + standing.held
    state: Literal["within", "warned", "spent"] = "within"
    if used >= cap.limit:
        state = "spent"
    elif used >= cap.warn_at:
        state = "warned"
    return BudgetStatus(
        scope=cap.scope,
        limit=money.dollars(cap.limit),
        spent=money.dollars(standing.spent),
        reserved=money.dollars(standing.held),
        remaining=money.dollars(standing.remaining),
        action="block" if cap.blocks else "warn",
        warn_at=cap.warn_share,
        provider=cap.provider,
        model=cap.model,
        period=standing.period or None,
        state=state,
    )


def refusal(over: OverBudgetError) -> AntiphonError:
    """What a caller is told whose run does not fit."""
    standing = over.standing
    held = f", {_shown(standing.held)} held for answers that are running" if standing.held else ""
    return error(
        "budget",
        f"This is likely to take {_shown(over.needed)}, and {_name(standing.cap)} has "
        f"{_shown(standing.remaining)} left ({_shown(standing.spent)} spent{held}). "
        "Nothing was sent.",
        hint="Ask fewer models, confirm that it may go over (allowOverBudget), or raise `budgets` "
        "in the settings.",
    )


def cut(standing: BudgetUsage) -> Failure:
    """Why an answer was stopped in the middle."""
    return Failure.of(
        "budget",
        f"The answer was stopped: {_name(standing.cap)} is used up.",
        hint="What had arrived is kept. Raise `budgets` in the settings, then regenerate the "
        "answer, or confirm that it may go over.",
    )


def warning(crossing: ThresholdCrossed) -> BudgetWarning:
    """What a person is told when a budget reaches its threshold or its limit."""
    standing = crossing.standing
    name = _name(standing.cap)
    name = name[0].upper() + name[1:]
    used = _shown(standing.spent + standing.held)
    if standing.held:
        used += f" (of it {_shown(standing.held)} is held for answers that are running)"
    if crossing.level == "limit":
        blocks = standing.cap.blocks
        then = "What is sent from now on must be confirmed." if blocks else "It only warns."
        message = f"{name} is used up: {used}. {then}"
    else:
        message = f"{name} is nearly used up: {used}, {_shown(standing.remaining)} left."
    return BudgetWarning(level=crossing.level, message=message, budget=status_of(standing))


def _name(cap: BudgetLimit) -> str:
    whose = cap.model or cap.provider
    of = f" for {whose}" if whose else ""
    return f"the {cap.scope}'s budget of {_shown(cap.limit)}{of}"


def _shown(picos: int) -> str:
    """Two figures that count, and cents at least: `$12.30`, `$0.012`."""
    amount = Decimal(picos) / money.PICOS
    if amount >= 1 or not amount:
        return f"${amount.quantize(_CENT, ROUND_HALF_UP):,}"
    places = max(2, 1 - amount.adjusted())
    return f"${amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
