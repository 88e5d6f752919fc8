"""Which models a host of this machine has in memory: asked for seldom, and for a moment only."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

import anyio

from antiphon.engine.ports.deltas import ProviderError

if TYPE_CHECKING:
    from collections.abc import Collection

    from antiphon.engine.ports import Clock

KEPT_S: Final = 3.0
PATIENCE_S: Final = 1.0


@runtime_checkable
class TellsLoaded(Protocol):
    """An adapter whose server can say which models it has loaded."""

    async def loaded_models(self) -> Collection[str] | None:
        """The server's own names of them; `None` where it cannot say. Raises `ProviderError`."""
        ...


@dataclass(slots=True)
class _Known:
    at: float | None = None
    models: Collection[str] | None = None
    asking: anyio.Lock = field(default_factory=anyio.Lock)


class LoadedModels:
    """What the hosts said last, kept for a few seconds; panes that ask together ask once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def of(self, provider: str, adapter: object) -> Collection[str] | None:
        """The models that the provider's host has in memory; `None` where that is unknown."""
        if not isinstance(adapter, TellsLoaded):
            return None
        known = self._known.setdefault(provider, _Known())
        async with known.asking:
            if known.at is None or self._clock() - known.at > KEPT_S:
                known.models = await _ask(adapter)
                known.at = self._clock()
        return known.models


async def _ask(adapter: TellsLoaded) -> Collection[str] | None:
    # A host that cannot be asked, or not in time, is one whose order does not matter so much.
    with suppress(ProviderError), anyio.move_on_after(PATIENCE_S):
        return await adapter.loaded_models()
    return None
