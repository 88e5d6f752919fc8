"""Lists and opens what was asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.model.commands import SessionListResult, SessionOpenResult

if TYPE_CHECKING:
    from antiphon.engine.documents import Documents
    from antiphon.engine.ports import History
    from antiphon.engine.runs import Runs
    from antiphon.model.commands import SessionListParams, SessionOpenParams
    from antiphon.model.message import Message

_PAGE: Final = 50


class Sessions:
    """The history as clients ask for it, with what runs at the moment."""

    def __init__(self, history: History, runs: Runs, documents: Documents) -> None:
        self._history = history
        self._runs = runs
        self._documents = documents

    async def list(self, params: SessionListParams) -> SessionListResult:
        """A page of sessions, the most recently used first."""
        found, cursor = await self._history.sessions(
            limit=params.limit or _PAGE, cursor=params.cursor, tag=params.tag
        )
        sessions = [self._runs.as_it_is(session) for session in found]
        return SessionListResult(sessions=sessions, next_cursor=cursor)

    async def open(self, params: SessionOpenParams) -> SessionOpenResult:
        """One session with the messages of all its panes, oldest first."""
        session = await self._history.session(params.session_id)
        messages: list[Message] = []
        for pane in session.panes:
            messages += await self._documents.messages(pane.id)
        messages.sort(key=lambda message: message.id)
        return SessionOpenResult(session=self._runs.as_it_is(session), messages=messages)
