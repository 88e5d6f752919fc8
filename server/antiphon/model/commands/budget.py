"""Budgets as clients see them."""

from __future__ import annotations

from typing import Literal

from antiphon.model.wire import Absent, Wire

BudgetScope = Literal["run", "session", "day", "month"]
"""For what a budget is: each run, each session, each day or each month of the server's clock."""
BudgetAction = Literal["block", "warn"]
"""What a budget does when it is used up."""


class BudgetStatus(Wire):
    """How much of a budget is left, in US dollars."""

    scope: BudgetScope
    limit: str
    spent: str
    reserved: str
    """Held for answers that are running; what they do not need is given back."""
    remaining: str
    """Never below zero."""
    action: BudgetAction = "block"
    warn_at: str = "0.8"
    """The share of the limit at which a warning is given, as a decimal string."""
    provider: Absent[str] = None
    """Only what this provider takes counts."""
    model: Absent[str] = None
    """Only what this model takes counts."""
    period: Absent[str] = None
    """Which day (`2026-11-22`) or month (`2026-11`), or which run or session by its id."""
    state: Literal["within", "warned", "spent"] = "within"
    """`warned` from `warnAt` on, `spent` from the limit on."""


class BudgetWarning(Wire):
    """A budget has been used to its threshold, or up; said once in each of its periods."""

    level: Literal["threshold", "limit"]
    message: str
    budget: BudgetStatus
