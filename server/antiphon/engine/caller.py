"""Who asked for a run, and what the engine may ask of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.ports import ContextReader, StreamSink


class Cancellation(Protocol):
    """The caller's way to stop what it asked for."""

    def on_request(self, callback: Callable[[], object]) -> None:
        """Calls back when the caller wants it stopped; at once where it already does."""
        ...


class Caller(Protocol):
    """Who asked: where a run is shown, what may be read for it, how it is stopped."""

    @property
    def sink(self) -> StreamSink: ...

    @property
    def context(self) -> ContextReader: ...

    @property
    def cancellation(self) -> Cancellation: ...

    @property
    def allows_over_budget(self) -> bool:
        """Whether the person lets it go over a budget."""
        ...

    async def may_send(self, warnings: Sequence[str]) -> bool:
        """Whether what looks like keys, in these places, may leave.

        False where the person says so, and where nobody can be asked.
        """
        ...


class Announce(Protocol):
    """Tells clients what changed, as pairs of a type (`session`, `meter`) and an id."""

    def __call__(self, *changes: tuple[str, str]) -> None: ...
