"""Reads messages as they have been shown, also while an answer runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.document.render import render
from antiphon.model.failure import error
from antiphon.model.values.uri import MessageAddress, PaneAddress

if TYPE_CHECKING:
    from antiphon.engine.ports import History
    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane


class ShownMessages:
    """Reads the messages of panes for one user, from the run if there is one."""

    def __init__(self, history: History, runs: ActiveRuns, user: str | None = None) -> None:
        self._history = history
        self._runs = runs
        self._user = user

    async def pane_text(self, address: PaneAddress) -> str:
        """Renders the document of a pane. Raises `AntiphonError` (`not_found`) if there is none."""
        await self.pane(address)
        return render(await self.messages(address.pane_id))

    async def message_text(self, address: MessageAddress) -> str:
        """Returns one message's content. Raises `AntiphonError` (`not_found`) if there is none."""
        await self.pane(PaneAddress(address.session_id, address.pane_id))
        for message in await self.messages(address.pane_id):
            if message.id == address.message_id:
                return message.content
        message = await self._history.message(address.message_id)
        if message.pane_id != address.pane_id:
            message_id = address.message_id
            raise error("not_found", f"The pane has no message {message_id}.", field="$.uri")
        return message.content

    async def messages(self, pane_id: str) -> list[Message]:
        """Returns the pane's messages as they have been shown.

        A running answer is read from the run itself, after the last wait: what the caller sends
        next follows exactly the events that were sent before.

        Raises `AntiphonError` (`not_found`) if there is no such pane.
        """
        if self._runs.is_of_another(pane_id, self._user):
            await self._history.pane(pane_id)  # not found unless its session is shared
        while True:
            live = self._runs.live(pane_id)
            if live is not None:
                return live.shown_messages()
            messages = await self._history.messages(pane_id=pane_id)
            if self._runs.live(pane_id) is None:
                return messages

    async def answer(self, message_id: str) -> tuple[Pane, Message]:
        """Returns a message as it has been shown, and its pane.

        Raises `AntiphonError` (`not_found`) if there is no such message.
        """
        stored = await self._history.message(message_id)
        pane = await self._history.pane(stored.pane_id)
        shown = await self.messages(pane.id)
        return pane, next((each for each in shown if each.id == message_id), stored)

    async def pane(self, address: PaneAddress) -> Pane:
        """Returns the pane at `address`.

        Raises `AntiphonError` (`not_found`) if there is none.
        """
        live = self._runs.live(address.pane_id)
        if live is not None and self._runs.is_of_another(address.pane_id, self._user):
            live = None  # the history knows whether its session is shared
        pane = live.plan.pane if live is not None else await self._history.pane(address.pane_id)
        if pane.session_id != address.session_id:
            raise error("not_found", f"The session has no pane {pane.id}.", field="$.uri")
        return pane
