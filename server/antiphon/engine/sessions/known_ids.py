"""Checks ids in commands that otherwise find nothing for one that is unknown.

For the user of this machine they find nothing, as ever. For users of a network service what is
another user's is not found, whichever command names it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.conflicts import shared_by_another

if TYPE_CHECKING:
    from antiphon.engine.ports import History
    from antiphon.model.commands.meter import MeterParams
    from antiphon.model.commands.runs import CancelParams
    from antiphon.model.commands.search import SearchParams


class KnownIds:
    """Refuses ids that name nothing of what the user may read."""

    def __init__(self, history: History) -> None:
        self._history = history

    async def check_search(self, params: SearchParams) -> None:
        """Checks the session that a search is limited to. Raises `AntiphonError` (`not_found`)."""
        if params.session_id is not None:
            await self._history.session(params.session_id)

    async def check_meter(self, params: MeterParams) -> None:
        """Checks the session and the run that are summed. Raises `AntiphonError` (`not_found`)."""
        if params.session_id is not None:
            await self._history.ledger.check_known(session_id=params.session_id)
        if params.run_id is not None:
            await self._history.ledger.check_known(run_id=params.run_id)

    async def check_cancel(self, params: CancelParams) -> None:
        """Checks the run and the pane that are to stop.

        Raises `AntiphonError`: `not_found`, or `permission` if another user shares them.
        """
        if params.run_id is not None:
            await self._check_own(await self._history.session_of_run(params.run_id))
        if params.pane_id is not None:
            await self._check_own((await self._history.pane(params.pane_id)).session_id)

    async def _check_own(self, session_id: str) -> None:
        if (await self._history.session(session_id)).shared_by is not None:
            raise shared_by_another()
