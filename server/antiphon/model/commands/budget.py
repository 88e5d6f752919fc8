"""Defines budgets and budget warnings as clients receive them."""

from __future__ import annotations

from typing import Literal

from antiphon.model.wire import Absent, Wire

BudgetScope = Literal["run", "session", "day", "month"]
"""What a budget limits: each run, each session, each day or each month by the server's clock."""
BudgetAction = Literal["block", "warn"]
"""What a budget does when it is used up."""


class BudgetStatus(Wire):
    """How much of a budget is left, in US dollars."""

    scope: BudgetScope
    limit: str
    spent: str
    reserved: str
    """Set aside for answers that are running; what they do not use is released."""
    remaining: str
    """Never below zero."""
    action: BudgetAction = "block"
    warn_at: str = "0.8"
    """The share of the limit from which a warning is sent, as a decimal string."""
    provider: Absent[str] = None
    """Only what answers of this provider cost counts."""
    model: Absent[str] = None
    """Only what answers of this model cost counts."""
    period: Absent[str] = None
    """Which day (`2026-11-22`) or month (`2026-11`), or which run or session by its id."""
    state: Literal["within", "warned", "spent"] = "within"
    """`warned` from `warnAt` on, `spent` from the limit on."""


class BudgetWarning(Wire):
    """A budget reached its threshold or its limit.

    It is sent once for each in each of its periods.
    """

    level: Literal["threshold", "limit"]
    message: str
    budget: BudgetStatus
