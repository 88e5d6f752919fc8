"""A run's purse: what is reserved for its answers, raised while they grow, and its warnings."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from antiphon.engine.budget.messages import UNPRICED, cut, warning
from antiphon.engine.budget.reservation import AnswerReservation, hold_of, rates_of
from antiphon.engine.ports.ledger import Reservation, SpendingScope
from antiphon.model.failure import AntiphonError
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.pane.live_pane import LivePane
    from antiphon.engine.planning.plan import RunPlan
    from antiphon.engine.ports import ModelCatalog
    from antiphon.engine.ports.ledger import BudgetLimit, Ledger
    from antiphon.model.commands.budget import BudgetWarning

_log = logging.getLogger(__name__)


class RunBudget:
    """The money of one run."""

    def __init__(
        self,
        plan: RunPlan,
        providers: ModelCatalog,
        ledger: Ledger,
        caps: Sequence[BudgetLimit],
        tell: Callable[[BudgetWarning], None],
        *,
        confirmed: bool,
    ) -> None:
        self._ledger = ledger
        self._tell = tell
        panes = {each.pane.id: each for each in plan.panes}
        self._caps = [
            cap
            for cap in caps
            if any(cap.covers(each.provider, each.pane.model) for each in plan.panes)
        ]
        self._covers: dict[str, AnswerReservation] = {}
        for pane_id, each in panes.items():
            rates = rates_of(each, providers.price(each.pane.model))
            if rates is not None:
                self._covers[pane_id] = AnswerReservation(each, rates, providers)
        self._blocking = {
            pane_id: [cap for cap in self._blocks() if cap.covers(each.provider, each.pane.model)]
            for pane_id, each in panes.items()
            if not confirmed
        }
        self.may_grow = any(self._blocking.values())
        """Whether `top_up` may have something to do: only if a budget can stop an answer."""
        self.reservation = Reservation(
            SpendingScope(now(), plan.run_id, plan.session.id),
            [hold_of(each, self._covers.get(pane_id)) for pane_id, each in panes.items()],
            self._blocks(),
            confirmed,
        )
        self.warnings: list[BudgetWarning] = []
        """Those that this run gave rise to."""

    @property
    def changes(self) -> list[tuple[str, str]]:
        """What views of budgets are told to look at anew, as `ChangeNotifier` takes it."""
        return [("budget", scope) for scope in dict.fromkeys(cap.scope for cap in self._caps)]

    def note_unpriced(self, panes: Sequence[LivePane]) -> None:
        """Says in the answers of models without a known price that no budget counts them."""
        for live in panes:
            pane = live.plan
            if pane.pane.id not in self._covers and any(
                cap.covers(pane.provider, pane.pane.model) for cap in self._caps
            ):
                live.standing_notes.append(UNPRICED)

    async def top_up(self, panes: Sequence[LivePane]) -> list[LivePane]:
        """Reserves more for answers that need it; those that have to stop, with the reason in them.

        Costs a comparison a pane where nothing is needed.
        """
        stopped: list[LivePane] = []
        for live in panes:
            cover = self._covers.get(live.plan.pane.id)
            if cover is None or cover.check_at_tokens is None or live.result is not None:
                continue
            if live.tally.written >= cover.check_at_tokens and not live.out_of_budget:
                caps = self._blocking.get(live.plan.pane.id)
                if not caps:
                    cover.check_at_tokens = None
                elif await self._is_spent(live, cover, caps):
                    stopped.append(live)
        return stopped

    async def check_thresholds(self) -> None:
        """Gives the warnings that are due."""
        if not self._caps:
            return
        try:
            crossings = await self._ledger.crossings(self._caps, self.reservation.moment)
        except AntiphonError:
            return  # the archive says that the history cannot be written; a warning can wait
        for crossing in crossings:
            given = warning(crossing)
            _log.info("budget: %s", given.message)
            self.warnings.append(given)
            self._tell(given)

    def _blocks(self) -> list[BudgetLimit]:
        return [cap for cap in self._caps if cap.blocks]

    async def _is_spent(
        self, live: LivePane, cover: AnswerReservation, caps: Sequence[BudgetLimit]
    ) -> bool:
        moment = self.reservation.moment
        wanted = cover.next_amount(live.tally.written)
        try:
            granted = await self._ledger.extend(cover.answer_id, wanted, caps, moment)
            cover.granted(granted, wanted)
            _log.debug(
                "%d of %d picodollars more are reserved for %s",
                granted,
                wanted,
                live.plan.pane.model,
            )
            if granted >= wanted:
                return False  # more may have been written meanwhile; the next look covers that
            await self.check_thresholds()
            if not cover.is_spent(live.tally.written):
                return False
            standings = await self._ledger.standings(caps, moment)
        except AntiphonError:
            cover.postpone(live.tally.written)  # a history that cannot be written stops no answer
            return False
        live.out_of_budget = cut(min(standings, key=lambda standing: standing.remaining))
        message = live.out_of_budget.message
        _log.debug(
            "%s: %s", live.plan.pane.model, message, extra={"figures": {"pane": live.plan.pane.id}}
        )
        return True
