"""Calls the commands on sessions and on the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

from antiphon.model.commands.maintenance import HistoryStats, VacuumResult, VerifyResult
from antiphon.model.commands.meter import MeterResult
from antiphon.model.commands.search import SearchResult
from antiphon.model.commands.sessions import (
    SessionDeleteParams,
    SessionExportParams,
    SessionExportResult,
    SessionForkParams,
    SessionImportParams,
    SessionRenameParams,
    SessionResult,
    SessionShareParams,
    SessionShareResult,
    SessionTagParams,
)
from antiphon.model.wire import Empty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.commands.meter import MeterParams
    from antiphon.model.commands.search import SearchParams
    from antiphon.model.conversation.session import Session
    from antiphon.model.wire import Wire
    from antiphon_client.client import AntiphonClient

_Result = TypeVar("_Result", bound="Wire")


class SessionsClient:
    """The commands on sessions and history. Every method raises as `AntiphonClient`'s do."""

    def __init__(self, client: AntiphonClient) -> None:
        self._client = client

    async def rename(self, session_id: str, title: str) -> Session:
        """Gives a session another title."""
        params = SessionRenameParams(session_id=session_id, title=title)
        return (await self._ask("session.rename", params, SessionResult)).session

    async def tag(self, session_id: str, tags: Sequence[str]) -> Session:
        """Replaces a session's tags."""
        params = SessionTagParams(session_id=session_id, tags=[*tags])
        return (await self._ask("session.tag", params, SessionResult)).session

    async def share(
        self, session_id: str, readers: Literal["all"] | Sequence[str]
    ) -> Literal["all"] | list[str]:
        """Replaces the users who may read a session besides its owner, and returns them."""
        params = SessionShareParams.model_validate({"sessionId": session_id, "with": readers})
        return (await self._ask("session.share", params, SessionShareResult)).with_

    async def delete(self, session_id: str) -> None:
        """Deletes a session with everything in it."""
        await self._ask("session.delete", SessionDeleteParams(session_id=session_id), Empty)

    async def fork(self, message_id: str) -> Session:
        """Creates a session with a pane's conversation up to a message."""
        params = SessionForkParams(message_id=message_id)
        return (await self._ask("session.fork", params, SessionResult)).session

    async def export(self, session_id: str, form: Literal["markdown", "json"]) -> str:
        """Exports a whole session as one text."""
        params = SessionExportParams(session_id=session_id, format=form)
        return (await self._ask("session.export", params, SessionExportResult)).text

    async def import_(self, text: str, *, only_new: bool = False) -> SessionResult:
        """Stores an exported session as a new one, and returns it with its copies.

        With `only_new` nothing is stored if there is a copy, which is returned then.
        """
        params = SessionImportParams(text=text, only_new=only_new or None)
        return await self._ask("session.import", params, SessionResult)

    async def search(self, params: SearchParams) -> SearchResult:
        """Searches all messages and returns the best matches first."""
        return await self._ask("history.search", params, SearchResult)

    async def meter(self, params: MeterParams) -> MeterResult:
        """Sums up the usage, cost and latency of answers."""
        return await self._ask("meter", params, MeterResult)

    async def stats(self) -> HistoryStats:
        """Returns how much the history holds."""
        return await self._ask("history.stats", Empty(), HistoryStats)

    async def vacuum(self) -> VacuumResult:
        """Releases the unused space of the history's file."""
        return await self._ask("history.vacuum", Empty(), VacuumResult)

    async def verify(self) -> VerifyResult:
        """Checks whether the history is intact."""
        return await self._ask("history.verify", Empty(), VerifyResult)

    async def _ask(self, name: str, params: Wire, result: type[_Result]) -> _Result:
        raw = await self._client.command(f"antiphon.{name}", params.to_wire())
        return result.model_validate(raw)
