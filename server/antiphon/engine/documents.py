"""Reads documents as clients have been shown them: while an answer runs, no letter ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.document import render
from antiphon.model.failure import error
from antiphon.model.uri import MessageAddress, PaneAddress, parse_uri

if TYPE_CHECKING:
    from antiphon.engine.ports import History
    from antiphon.engine.runs import Runs
    from antiphon.model.message import Message
    from antiphon.model.session import Pane


class Documents:
    """The text of every `antiphon:` document."""

    def __init__(self, history: History, runs: Runs) -> None:
        self._history = history
        self._runs = runs

    async def text(self, uri: str) -> str:
        """The text of a pane or of one message's content.

        Raises `AntiphonError`: `invalid_params` for an address of another form, `not_found` for
        one that points at nothing.
        """
        match parse_uri(uri):
            case PaneAddress() as address:
                await self.pane(address)
                return render(await self.messages(address.pane_id))
            case MessageAddress(session_id, pane_id, message_id):
                await self.pane(PaneAddress(session_id, pane_id))
                return await self._content(pane_id, message_id)
            case None:
                raise error(
                    "invalid_params",
                    f"{uri!r} is no address of a pane or of a message.",
                    hint="Use the uri of a pane: antiphon:/pane/<sessionId>/<paneId>/<name>.",
                    field="$.uri",
                )

    async def messages(self, pane_id: str) -> list[Message]:
        """The pane's messages as they have been shown.

        What runs is taken from the run itself, without waiting after the last look: whatever the
        caller sends next follows exactly the events that were sent before.
        """
        while True:
            live = self._runs.live(pane_id)
            if live is not None:
                return live.shown_messages()
            messages = await self._history.messages(pane_id=pane_id)
            if self._runs.live(pane_id) is None:
                return messages

    async def pane(self, address: PaneAddress) -> Pane:
        """The pane at `address`. Raises `AntiphonError` (`not_found`) where there is none."""
        live = self._runs.live(address.pane_id)
        pane = live.plan.pane if live is not None else await self._history.pane(address.pane_id)
        if pane.session_id != address.session_id:
            raise error("not_found", f"The session has no pane {pane.id}.", field="$.uri")
        return pane

    async def _content(self, pane_id: str, message_id: str) -> str:
        for message in await self.messages(pane_id):
            if message.id == message_id:
                return message.content
        message = await self._history.message(message_id)
        if message.pane_id != pane_id:
            raise error("not_found", f"The pane has no message {message_id}.", field="$.uri")
        return message.content
