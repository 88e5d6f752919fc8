"""Looks models up in the price table, which is read when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from antiphon.model.commands.models import PriceSource
from antiphon.providers.models.price_vendors import find_vendor

if TYPE_CHECKING:
    from antiphon.model.provider_config import ProviderConfig
    from antiphon.providers.models.price_facts import PriceTableFacts
    from antiphon.providers.models.price_table import PriceTable


class PriceLookup:
    """The table's facts about the models of configured providers."""

    def __init__(self) -> None:
        self._table: PriceTable | None = None
        self._reading = anyio.Lock()

    async def load(self) -> None:
        """Reads the table in a thread, but only once."""
        if self._table is not None:
            return
        async with self._reading:
            if self._table is None:
                self._table = await anyio.to_thread.run_sync(_read)

    async def load_for(self, name: str, row: ProviderConfig) -> None:
        """Reads the table if it may know the models of this provider."""
        if find_vendor(name, row) is not None:
            await self.load()

    def facts(self, vendor: str | None, model: str) -> PriceTableFacts | None:
        """Returns the facts about a vendor's model, or `None` if unknown.

        Before the table is read nothing is known.
        """
        if self._table is None or vendor is None:
            return None
        return self._table.facts(vendor, model)

    @property
    def source(self) -> PriceSource | None:
        """The source of the facts, or `None` before the table is read."""
        if self._table is None:
            return None
        origin = self._table.origin
        return PriceSource(source=origin.source, date=origin.date)


def _read() -> PriceTable:
    from antiphon.providers.models.price_files import read_table  # noqa: PLC0415 - in the thread

    return read_table()
