"""Notes which answers of a session were compared, for a record of the session."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal

from antiphon.engine.ports.pipelines import KeptComparison
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from antiphon.model.values.uri import ConsensusAddress, MessageAddress, parse_uri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports import History
    from antiphon.engine.ports.pipelines import PipelineStore
    from antiphon.model.commands.comparison import CompareResult, ConsensusResult

_log = logging.getLogger(__name__)


class ComparisonLog:
    """The comparisons that this server has seen, each noted once."""

    def __init__(self, history: History, store: PipelineStore) -> None:
        self._history = history
        self._store = store
        self._noted: set[tuple[str, ...]] = set()

    async def note_comparison(self, result: CompareResult, granularity: str | None) -> None:
        """Notes a comparison of two finished answers of one session, and no other."""
        sides = (result.left, result.right)
        found = [parse_uri(side.uri) for side in sides]
        addresses = [each for each in found if isinstance(each, MessageAddress)]
        if len(addresses) == len(sides) and all(side.status != "streaming" for side in sides):
            ids = [each.message_id for each in addresses]
            await self._note("compare", ids, granularity)

    async def note_consensus(self, result: ConsensusResult) -> None:
        """Notes which answers a consensus was found in."""
        address = parse_uri(result.uri)
        if isinstance(address, ConsensusAddress):
            await self._note("consensus", address.message_ids, None)

    async def _note(
        self,
        kind: Literal["compare", "consensus"],
        message_ids: Sequence[str],
        granularity: str | None,
    ) -> None:
        key = (kind, *message_ids)
        if key in self._noted:
            return  # a view that follows two answers compares them again and again
        self._noted.add(key)
        try:
            messages = [await self._history.message(each) for each in message_ids]
            panes = [await self._history.pane(each.pane_id) for each in messages]
            sessions = {pane.session_id for pane in panes}
            streaming = any(each.status == "streaming" for each in messages)
            if len(sessions) == 1 and not streaming:
                [session_id] = sessions
                comparison = KeptComparison(new_id(), session_id, kind, message_ids, granularity)
                await self._store.add_comparison(comparison)
            elif streaming:
                self._noted.discard(key)
        except AntiphonError as failed:  # the comparison itself has succeeded
            _log.warning("a comparison was not noted: %s", failed.failure.message)
