"""Reports what answers cost, from the ledger, and what is left of the budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.ports.ledger import SpendingScope
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from antiphon.engine.budget.budgets import Budgets
    from antiphon.engine.ports.ledger import Ledger
    from antiphon.model.commands.meter import MeterParams, MeterResult


class Meter:
    """Answers `antiphon.meter`."""

    def __init__(self, ledger: Ledger, budgets: Budgets) -> None:
        self._ledger = ledger
        self._budgets = budgets

    async def sums(self, params: MeterParams) -> MeterResult:
        """Returns what the answers that `params` selects cost, with those of deleted sessions.

        Raises `AntiphonError` of kind `invalid_params` if `since` is not a time.
        """
        result = await self._ledger.totals(params)
        run_id, session_id = params.run_id, params.session_id
        if run_id is None and session_id is None:
            run_id, session_id = await self._ledger.latest()
        scope = SpendingScope(now(), run_id, session_id)
        return result.model_copy(update={"budgets": await self._budgets.statuses(scope)})
