"""Finds the vendor of a provider's models, by its name in the price table.

The address decides, since users name their providers as they like: one called `work` at
api.openai.com is OpenAI's. The provider's own name counts only if the address is not known: a user
who calls a gateway `openai`, on this machine too, pays for OpenAI's models through it, and a budget
must count them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from antiphon.model.provider_config import ProviderConfig

_BY_HOST: Final = {
    "openai.com": "openai",
    "openai.azure.com": "azure",
    "services.ai.azure.com": "azure_ai",
    "anthropic.com": "anthropic",
    "groq.com": "groq",
    "generativelanguage.googleapis.com": "gemini",
    "openrouter.ai": "openrouter",
    "deepseek.com": "deepseek",
    "mistral.ai": "mistral",
    "together.xyz": "together_ai",
    "together.ai": "together_ai",
    "fireworks.ai": "fireworks_ai",
    "x.ai": "xai",
    "cerebras.ai": "cerebras",
    "moonshot.ai": "moonshot",
    "moonshot.cn": "moonshot",
    "perplexity.ai": "perplexity",
    "deepinfra.com": "deepinfra",
    "sambanova.ai": "sambanova",
    "nebius.com": "nebius",
    "novita.ai": "novita",
    "hyperbolic.xyz": "hyperbolic",
    "minimax.io": "minimax",
    "z.ai": "zai",
    "dashscope.aliyuncs.com": "dashscope",
    "dashscope-intl.aliyuncs.com": "dashscope",
    "ai-gateway.vercel.sh": "vercel_ai_gateway",
}
_BY_NAME: Final = {
    "together": "together_ai",
    "fireworks": "fireworks_ai",
    "grok": "xai",
    "kimi": "moonshot",
    "google": "gemini",
}
_BY_TYPE: Final = {"groq": "groq", "gemini": "gemini", "litellm": ""}
"""LiteLLM's own names of models begin with the vendor."""

_KNOWN: Final = frozenset(_BY_HOST.values())

LISTING_PRICES: Final = frozenset({"openrouter"})
"""The vendors whose own list has prices."""


def lists_prices(name: str, row: ProviderConfig) -> bool:
    """Checks whether the provider's own list has prices, in OpenRouter's form."""
    return find_vendor(name, row) in LISTING_PRICES


def find_vendor(name: str, row: ProviderConfig) -> str | None:
    """Returns the vendor of the provider called `name`, or `None` if it is unknown."""
    if row.type == "demo":
        return None
    if row.type in _BY_TYPE or row.base_url is None:
        return _BY_TYPE.get(row.type)
    return _find_by_address(row.base_url) or _find_by_name(name.lower())


@lru_cache(maxsize=128)  # called for each model of a list, and gateways list thousands
def _find_by_address(address: str) -> str | None:
    host = (urlsplit(address).hostname or "").rstrip(".").lower()
    for known, vendor in _BY_HOST.items():
        if host == known or host.endswith(f".{known}"):
            return vendor
    return None


def _find_by_name(name: str) -> str | None:
    spelled = _BY_NAME.get(name, name)
    return spelled if spelled in _KNOWN else None
