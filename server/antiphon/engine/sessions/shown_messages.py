"""Reads documents as clients have been shown them: while an answer runs, no letter ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread

from antiphon.engine.comparison.consensus import find_consensus
from antiphon.engine.comparison.overview import overview
from antiphon.engine.document.render import render
from antiphon.model.failure import error
from antiphon.model.values.uri import (
    ConsensusAddress,
    MessageAddress,
    PaneAddress,
    ProposalAddress,
    parse_uri,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports import History
    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane


class Documents:
    """The text of every `antiphon:` document."""

    def __init__(self, history: History, runs: ActiveRuns) -> None:
        self._history = history
        self._runs = runs

    async def text(self, uri: str) -> str:
        """The text of a pane, of one message's content, or of an overview of several answers.

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
            case ConsensusAddress(message_ids):
                return await self._overview(message_ids)
            case ProposalAddress() | None:
                raise error(
                    "invalid_params",
                    f"{uri!r} is no address of a pane, a message or an overview.",
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

    async def answer(self, message_id: str) -> tuple[Pane, Message]:
        """A message as it has been shown, and its pane.

        Raises `AntiphonError` (`not_found`) where there is no such message.
        """
        stored = await self._history.message(message_id)
        pane = await self._history.pane(stored.pane_id)
        shown = await self.messages(pane.id)
        return pane, next((each for each in shown if each.id == message_id), stored)

    async def _overview(self, message_ids: Sequence[str]) -> str:
        answers = [await self.answer(message_id) for message_id in dict.fromkeys(message_ids)]
        contents = [message.content for _, message in answers]
        found = await anyio.to_thread.run_sync(find_consensus, contents)
        return overview([pane.title for pane, _ in answers], found)

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
