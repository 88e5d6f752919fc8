"""Reads any `antiphon:` document, by the four forms of addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread

from antiphon.model.failure import error
from antiphon.model.values.uri import (
    ConsensusAddress,
    MessageAddress,
    PaneAddress,
    ProposalAddress,
    parse_uri,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from antiphon.engine.code.apply import CodeApplier
    from antiphon.engine.ports import ContextReader
    from antiphon.engine.sessions.shown_messages import ShownMessages


class VirtualDocuments:
    """Reads the text behind every address, as it has been shown."""

    def __init__(self, shown: ShownMessages, code: Callable[[], Awaitable[CodeApplier]]) -> None:
        """Binds the readers, with `code` to load the code applier if needed."""
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
                return await (await self._code()).text(address, reader)
            case _:
                raise error(
                    "invalid_params",
                    f"{uri!r} is not the address of a pane, a message or an overview.",
                    hint="Use the uri of a pane: antiphon:/pane/<sessionId>/<paneId>/<name>.",
                    field="$.uri",
                )

    async def _overview(self, address: ConsensusAddress) -> str:
        answers = [await self._shown.answer(each) for each in dict.fromkeys(address.message_ids)]
        titles = [pane.title for pane, _ in answers]
        contents = [message.content for _, message in answers]
        return await anyio.to_thread.run_sync(_overview_of, titles, contents)


def _overview_of(titles: Sequence[str], contents: Sequence[str]) -> str:
    from antiphon.engine.comparison.consensus import find_consensus  # noqa: PLC0415 - when shown
    from antiphon.engine.comparison.overview import overview  # noqa: PLC0415 - likewise

    return overview(titles, find_consensus(contents))
