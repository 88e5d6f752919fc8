"""The adapters that speak to their provider themselves, and the smallest stream of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.providers.gemini.adapter import GeminiProvider
from antiphon.providers.groq.adapter import GroqProvider
from antiphon.providers.openai.adapter import OpenAICompatible
from support.providers.canned_server import event

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.providers.registry.adapter_types import Adapter

CANARY = "canary-0123456789-Zz"
ADAPTERS: dict[str, Callable[[str], Adapter]] = {
    "openai": lambda origin: OpenAICompatible("local", f"{origin}/v1", lambda: CANARY),
    "groq": lambda origin: GroqProvider("local", origin, lambda: CANARY),
    "gemini": lambda origin: GeminiProvider("local", origin, lambda: CANARY),
}
TEXT = {
    "openai": event({"choices": [{"delta": {"content": "Half"}}]}),
    "groq": event({"choices": [{"delta": {"content": "Half"}}]}),
    "gemini": event({"candidates": [{"content": {"parts": [{"text": "Half"}]}}]}),
}
END = {
    "openai": event({"choices": [{"delta": {}, "finish_reason": "stop"}]}),
    "groq": event({"choices": [{"delta": {}, "finish_reason": "stop"}]}),
    "gemini": event({"candidates": [{"finishReason": "STOP"}]}),
}
