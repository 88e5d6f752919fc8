"""Builds the cards of models."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from antiphon.model.values.model_info import ModelInfo

if TYPE_CHECKING:
    from antiphon.engine.ports import Price
    from antiphon.providers.adapter import ListedModel
    from antiphon.providers.models.price_facts import PriceTableFacts

_NO_CHAT: Final = re.compile(
    r"embed|whisper|\btts\b|dall-e|moderation|transcribe|realtime|gpt-image|\bsora\b|\brerank",
    re.IGNORECASE,
)


def card(
    provider: str,
    name: str,
    *,
    reason: str | None = None,
    price: Price | None = None,
    listed: ListedModel | None = None,
    facts: PriceTableFacts | None = None,
    reasons: bool = False,
) -> ModelInfo:
    """Returns a model's card. `reason` is why it cannot be asked now.

    The provider's own list counts before the table's `facts`. `reasons` means that the model's
    name is that of a reasoning model.
    """
    capabilities = list(facts.capabilities) if facts else []
    if reasons and "reasoning" not in capabilities:
        capabilities.append("reasoning")
    window = listed.context_window if listed else None
    longest = listed.max_output_tokens if listed else None
    return ModelInfo(
        id=f"{provider}/{name}",
        provider=provider,
        name=(listed.name if listed else None) or name,
        available=reason is None,
        reason=reason,
        context_window=window or (facts.context_window if facts else None),
        max_output_tokens=longest or (facts.max_output_tokens if facts else None),
        inputCostPerMTok=f"{price.input:f}" if price else None,
        outputCostPerMTok=f"{price.output:f}" if price else None,
        cachedInputCostPerMTok=_format_cached_price(price),
        capabilities=capabilities,
        deprecation_date=facts.deprecation_date if facts else None,
    )


def _format_cached_price(price: Price | None) -> str | None:
    return None if price is None or price.cached_input is None else f"{price.cached_input:f}"


def is_chat_model(name: str) -> bool:
    """Checks whether a listed model can chat, and does not only embed or draw."""
    return _NO_CHAT.search(name) is None
