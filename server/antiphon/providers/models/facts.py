"""Collects what is known of a provider's models: cards, prices, tokenizers.

The user's settings count first, then the provider's own list, then the price table. The provider
itself is not asked.
"""

from __future__ import annotations

import re
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from antiphon.engine.ports import Price
from antiphon.providers.demo.models import demo_card
from antiphon.providers.models.cards import card
from antiphon.providers.models.price_lookup import PriceLookup
from antiphon.providers.models.price_vendors import LISTING_PRICES, find_vendor
from antiphon.providers.models.token_counter import TokenCounter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.ports import ChatTurn
    from antiphon.model.commands.models import PriceSource
    from antiphon.model.provider_config import ProviderConfig
    from antiphon.model.values.model_info import ModelInfo
    from antiphon.providers.adapter import ListedModel
    from antiphon.providers.models.price_facts import PriceTableFacts

_NOTHING: Final[Mapping[str, ListedModel]] = MappingProxyType({})
_FREE: Final = Price(Decimal(0), Decimal(0))
_REASONS: Final = re.compile(
    r"(?:^|[-_/:.])(?:r1|qwq|gpt-oss|magistral|think(?:ing)?|reason(?:er|ing)?)(?:$|[-_/:.\d])"
    r"|qwen3(?!.*(?:coder|instruct))",
    re.IGNORECASE,
)
"""Names of models that reason, whichever provider runs them."""


class ModelFacts:
    """Facts about models, by their provider and its own name of them."""

    def __init__(self) -> None:
        self._prices = PriceLookup()
        self._counter = TokenCounter()

    @property
    def source(self) -> PriceSource | None:
        """The table that prices come from, or `None` before it is read."""
        return self._prices.source

    async def load_for(self, name: str, row: ProviderConfig) -> None:
        """Reads the table if it may know the models of this provider."""
        await self._prices.load_for(name, row)

    def price(
        self,
        name: str,
        row: ProviderConfig,
        model: str,
        listed: Mapping[str, ListedModel] = _NOTHING,
    ) -> Price | None:
        """Returns the price by the settings, else by the provider's list or the table.

        The demo's is zero. `listed` is the provider's own list.
        """
        if row.type == "demo":
            return _FREE
        vendor = find_vendor(name, row)
        facts = self._prices.facts(vendor, model)
        return _choose_price(row, model, vendor, listed.get(model), facts)

    def card(
        self,
        name: str,
        row: ProviderConfig,
        model: str,
        *,
        reason: str | None,
        listed: Mapping[str, ListedModel],
    ) -> ModelInfo:
        """Returns the model's card. `reason` is why it cannot be asked now."""
        if row.type == "demo":
            return demo_card(name, model)
        vendor = find_vendor(name, row)
        facts = self._prices.facts(vendor, model)
        own = listed.get(model)
        return card(
            name,
            model,
            reason=reason,
            price=_choose_price(row, model, vendor, own, facts),
            listed=own,
            facts=facts,
            reasons=_REASONS.search(model) is not None,
        )

    async def count_tokens(
        self,
        name: str,
        row: ProviderConfig,
        model: str,
        turns: Sequence[ChatTurn],
        *,
        patient: bool,
    ) -> int | None:
        """Counts tokens with the model's own tokenizer. Returns `None` without one."""
        if row.type == "demo":
            return None
        await self.load_for(name, row)
        return await self._counter.count(model, turns, patient=patient)


def _choose_price(
    row: ProviderConfig,
    model: str,
    vendor: str | None,
    own: ListedModel | None,
    facts: PriceTableFacts | None,
) -> Price | None:
    given = row.prices.get(model)
    if given is None and vendor in LISTING_PRICES:
        return None if own is None else own.price
    if given is None:
        return None if facts is None else facts.price
    if given.input is None or given.output is None:
        return None
    return Price(given.input, given.output, given.cached_input)
