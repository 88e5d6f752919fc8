"""Whose models a row offers is told by its address, then by its name."""

from __future__ import annotations

import pytest

from antiphon.providers.models.price_vendors import find_vendor
from support.providers.provider_configs import settings


@pytest.mark.parametrize(
    ("name", "row", "vendor"),
    [
        ("work", {"baseUrl": "https://api.openai.com/v1"}, "openai"),
        ("work", {"baseUrl": "https://eu.api.OPENAI.com./v1"}, "openai"),
        ("work", {"baseUrl": "https://me.openai.azure.com/openai/v1"}, "azure"),
        ("openai", {"baseUrl": "https://api.mistral.ai/v1"}, "mistral"),
        ("openai", {"baseUrl": "https://llm.example.com/v1"}, "openai"),
        ("Grok", {"baseUrl": "https://llm.example.com/v1"}, "xai"),
        ("work", {"baseUrl": "https://llm.example.com/v1"}, None),
        ("work", {"baseUrl": "https://notopenai.com/v1"}, None),
        ("openai", {"baseUrl": "http://127.0.0.1:4000/v1"}, "openai"),
        ("work", {"baseUrl": "http://localhost:4000/v1"}, None),
        ("ollama", {"baseUrl": "http://localhost:11434/v1"}, None),
        ("work", {"type": "groq", "baseUrl": "http://127.0.0.1:4000"}, "groq"),
        ("work", {"type": "groq"}, "groq"),
        ("work", {"type": "gemini"}, "gemini"),
        ("work", {"type": "litellm"}, ""),
        ("work", {"type": "demo"}, None),
        ("work", {"type": "openai"}, None),
    ],
)
def test_the_vendor_of_a_row(name, row, vendor):
    assert find_vendor(name, settings(**{name: row}).providers[name]) == vendor
