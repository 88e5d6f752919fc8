"""What the engine needs of the client that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.commands import ContextItem
    from antiphon.model.events import PaneEvent


class ContextReader(Protocol):
    """Reads what a prompt refers to, within what the person opened."""

    async def read(self, item: ContextItem, *, max_bytes: int) -> str:
        """The text of `item`, cut to its range.

        Raises `AntiphonError` of kind `invalid_params` where the file is missing, binary, too
        large or outside the workspace.
        """
        ...

    def label(self, item: ContextItem) -> str:
        """How the prompt calls it: `src/app.py, lines 3 to 9`."""
        ...


class StreamSink(Protocol):
    """One client's stream: what a run shows."""

    async def room(self) -> None:
        """Returns when the client's pipe has room for another batch."""
        ...

    def send(self, events: Sequence[PaneEvent]) -> None:
        """Sends one batch, behind everything that was sent before; does not wait."""
        ...
