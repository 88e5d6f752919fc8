"""Asks local hosts which models they have in memory, seldom and with a short limit."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

import anyio
from msgspec import Struct, field

from antiphon.engine.ports.deltas import ProviderError

if TYPE_CHECKING:
    from collections.abc import Collection

    from antiphon.engine.ports import Clock

KEPT_S: Final = 3.0
PATIENCE_S: Final = 1.0


@runtime_checkable
class TellsLoaded(Protocol):
    """An adapter whose server can list its loaded models."""

    async def loaded_models(self) -> Collection[str] | None:
        """Returns the server's own names of them, or `None` if unknown. Raises `ProviderError`."""
        ...


class _Known(Struct):
    at: float | None = None
    models: Collection[str] | None = None
    asking: anyio.Lock = field(default_factory=anyio.Lock)


class LoadedModels:
    """The hosts' last answers, kept for a few seconds and shared by panes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def of(self, provider: str, adapter: object) -> Collection[str] | None:
        """Returns the models that the provider's host has in memory, or `None` if unknown."""
        if not isinstance(adapter, TellsLoaded):
            return None
        known = self._known.setdefault(provider, _Known())
        async with known.asking:
            if known.at is None or self._clock() - known.at > KEPT_S:
                known.models = await _ask(adapter)
                known.at = self._clock()
        return known.models


async def _ask(adapter: TellsLoaded) -> Collection[str] | None:
    # The loaded models only order the requests, so a host that does not answer may be ignored.
    with suppress(ProviderError), anyio.move_on_after(PATIENCE_S):
        return await adapter.loaded_models()
    return None
