"""Defines what the engine needs from the storage of spending: reservations, budgets, sums.

Amounts are picos: millionths of a millionth of a US dollar (`antiphon.model.values.money`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.commands.budget import BudgetScope
    from antiphon.model.commands.meter import MeterParams, MeterResult


class BudgetLimit(Struct, frozen=True):
    """A budget as amounts are counted against it."""

    scope: BudgetScope
    limit: int
    warn_at: int
    """The amount from which a warning is given."""
    blocks: bool
    warn_share: str = "0.8"
    """`warn_at` as a share of the limit."""
    provider: str | None = None
    model: str | None = None

    def covers(self, provider: str, model: str) -> bool:
        """Checks whether the cost of this model counts."""
        return self.provider in {None, provider} and self.model in {None, model}

    @property
    def key(self) -> str:
        """Identifies the budget, differently if its limit was changed."""
        said = (self.scope, self.limit, self.warn_at, self.provider or "*", self.model or "*")
        return " ".join(map(str, said))


class ReservedAmount(Struct, frozen=True):
    """What is reserved for one answer."""

    answer_id: str
    pane_id: str
    provider: str
    model: str
    amount: int
    """0 if no price is known."""


class SpendingScope(Struct, frozen=True):
    """Time, run and session, which select the period that a budget counts."""

    at: str
    """RFC 3339."""
    run_id: str | None = None
    session_id: str | None = None


class Reservation(Struct, frozen=True):
    """What is reserved for all answers of a run, at once or not at all."""

    scope: SpendingScope
    amounts: Sequence[ReservedAmount]
    budgets: Sequence[BudgetLimit]
    """The budgets that must not be exceeded."""
    confirmed: bool = False
    """Whether the user allows the run to exceed them."""


class BudgetUsage(Struct, frozen=True):
    """What has been used of a budget in its present period."""

    budget: BudgetLimit
    period: str
    spent: int
    reserved: int

    @property
    def remaining(self) -> int:
        """What may still be reserved."""
        return max(0, self.budget.limit - self.spent - self.reserved)


class ThresholdCrossed(Struct, frozen=True):
    """A budget reached its threshold, or its limit, for the first time in its period."""

    usage: BudgetUsage
    level: Literal["threshold", "limit"]


class OverBudgetError(Exception):
    """A reservation does not fit, and nothing was stored."""

    def __init__(self, usage: BudgetUsage, needed: int) -> None:
        super().__init__("a reservation does not fit into a budget")
        self.usage = usage
        self.needed = needed


class Ledger(Protocol):
    """Stores spending, with one whole transaction for each method.

    Reserving is a part of `History.begin_run`, settling one of `History.record`. Raises
    `AntiphonError` of kind `storage` if the database cannot be used.
    """

    async def extend(
        self, answer_id: str, amount: int, budgets: Sequence[BudgetLimit], scope: SpendingScope
    ) -> int:
        """Raises an answer's reservation to `amount`, or as far as `budgets` allow.

        Returns the amount that is reserved then.
        """
        ...

    async def usages(
        self, budgets: Sequence[BudgetLimit], scope: SpendingScope
    ) -> list[BudgetUsage]:
        """Returns what has been used of each budget."""
        ...

    async def latest(self) -> tuple[str | None, str | None]:
        """Returns the ids of the run and the session that spent last."""
        ...

    async def crossings(
        self, budgets: Sequence[BudgetLimit], scope: SpendingScope
    ) -> list[ThresholdCrossed]:
        """Returns thresholds that were reached and not returned before."""
        ...

    async def check_known(
        self, *, session_id: str | None = None, run_id: str | None = None
    ) -> None:
        """Raises `AntiphonError` of kind `not_found` for a session or a run that is unknown.

        One that was deleted is known by what was spent in it.
        """
        ...

    async def totals(self, params: MeterParams) -> MeterResult:
        """Returns the sums that a meter shows, without budgets.

        Raises `AntiphonError` of kind `invalid_params` if `since` is not a time.
        """
        ...
