"""Reads any `antiphon:` document: the one router of all four forms of addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread

from antiphon.engine.comparison.consensus import find_consensus
from antiphon.engine.comparison.overview import overview
from antiphon.model.failure import error
from antiphon.model.values.uri import (
    ConsensusAddress,
    MessageAddress,
    PaneAddress,
    ProposalAddress,
    parse_uri,
)

if TYPE_CHECKING:
    from antiphon.engine.code.apply import CodeApplier
    from antiphon.engine.ports import ContextReader
    from antiphon.engine.sessions.shown_messages import ShownMessages


class VirtualDocuments:
    """The text behind every address, as it has been shown."""

    def __init__(self, shown: ShownMessages, code: CodeApplier) -> None:
        self._shown = shown
        self._code = code

    async def text(self, uri: str, reader: ContextReader | None = None) -> str:
        """Returns the text of a pane, a message, an overview of answers, or a proposal.

        A proposal is of a file, which `reader` reads. Raises `AntiphonError`: `invalid_params` for
        an address of another form, and for a proposal without a `reader`; `not_found` for one that
        points at nothing.
        """
        match parse_uri(uri):
            case PaneAddress() as address:
                return await self._shown.pane_text(address)
            case MessageAddress() as address:
                return await self._shown.message_text(address)
            case ConsensusAddress() as address:
                return await self._overview(address)
            case ProposalAddress() as address if reader is not None:
                return await self._code.text(address, reader)
            case _:
                raise error(
                    "invalid_params",
                    f"{uri!r} is not the address of a pane, a message or an overview.",
                    hint="Use the uri of a pane: antiphon:/pane/<sessionId>/<paneId>/<name>.",
                    field="$.uri",
                )

    async def _overview(self, address: ConsensusAddress) -> str:
        answers = [await self._shown.answer(each) for each in dict.fromkeys(address.message_ids)]
        contents = [message.content for _, message in answers]
        found = await anyio.to_thread.run_sync(find_consensus, contents)
        return overview([pane.title for pane, _ in answers], found)
