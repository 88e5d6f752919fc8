"""What the engine needs of the place where spending is kept: reservations, budgets, sums.

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
    """A budget as it is counted against."""

    scope: BudgetScope
    limit: int
    warn_at: int
    """The amount from which on there is a warning."""
    blocks: bool
    warn_share: str = "0.8"
    """`warn_at` as a share of the limit."""
    provider: str | None = None
    model: str | None = None

    def covers(self, provider: str, model: str) -> bool:
        """Whether what this model takes counts."""
        return self.provider in {None, provider} and self.model in {None, model}

    @property
    def key(self) -> str:
        """Tells budgets apart; one whose limit was changed is another one."""
        said = (self.scope, self.limit, self.warn_at, self.provider or "*", self.model or "*")
        return " ".join(map(str, said))


class ReservedAmount(Struct, frozen=True):
    """What is reserved for one answer."""

    answer_id: str
    pane_id: str
    provider: str
    model: str
    amount: int
    """0 where no price is known."""


class SpendingScope(Struct, frozen=True):
    """What the periods of budgets are told by."""

    at: str
    """RFC 3339."""
    run_id: str | None = None
    session_id: str | None = None


class Reservation(Struct, frozen=True):
    """What is reserved for all answers of a run, at once or not at all."""

    moment: SpendingScope
    holds: Sequence[ReservedAmount]
    caps: Sequence[BudgetLimit]
    """Those that must not be passed."""
    confirmed: bool = False
    """The person lets it go over."""


class BudgetUsage(Struct, frozen=True):
    """What has been used of a budget in its present period."""

    cap: BudgetLimit
    period: str
    spent: int
    held: int

    @property
    def remaining(self) -> int:
        """What may still be reserved."""
        return max(0, self.cap.limit - self.spent - self.held)


class ThresholdCrossed(Struct, frozen=True):
    """A budget reached its threshold, or its limit, for the first time in its period."""

    standing: BudgetUsage
    level: Literal["threshold", "limit"]


class OverBudgetError(Exception):
    """A reservation does not fit; nothing was stored."""

    def __init__(self, standing: BudgetUsage, needed: int) -> None:
        super().__init__("a reservation does not fit into a budget")
        self.standing = standing
        self.needed = needed


class Ledger(Protocol):
    """Where spending is kept, apart from the conversations. Every method is one transaction.

    Reserving is a part of `History.begin_run`, settling one of `History.record`. Raises
    `AntiphonError` of kind `storage` where the database cannot be used.
    """

    async def extend(
        self, answer_id: str, amount: int, caps: Sequence[BudgetLimit], moment: SpendingScope
    ) -> int:
        """Raises what is held for a running answer to `amount`, or as far as `caps` allow.

        Gives what is held then.
        """
        ...

    async def standings(
        self, caps: Sequence[BudgetLimit], moment: SpendingScope
    ) -> list[BudgetUsage]:
        """What has been used of each budget."""
        ...

    async def crossings(
        self, caps: Sequence[BudgetLimit], moment: SpendingScope
    ) -> list[ThresholdCrossed]:
        """Thresholds that were reached and not given before; they count as given then."""
        ...

    async def totals(self, params: MeterParams) -> MeterResult:
        """The sums that a meter shows, without budgets.

        Raises `AntiphonError` of kind `invalid_params` where `since` is no time.
        """
        ...
