"""The adapter, pointed at the fault server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.providers.openai.adapter import Limits, OpenAICompatible
from support.providers.stream_reading import Seen, consume, request_for

if TYPE_CHECKING:
    from support.faults.client import FaultServer

CANARY = "canary-0123456789-Zz"
QUICK = Limits(usage_s=0.3, goodbye_s=0.3, refusal_s=0.3)

Ask = Callable[..., Awaitable[Seen]]


@pytest.fixture
def canary() -> str:
    """The key that is used throughout, and that must never come back."""
    return CANARY


@pytest.fixture
async def provider(fault_server: FaultServer) -> AsyncIterator[OpenAICompatible]:
    """An adapter that waits for stragglers a little shorter than it does in earnest."""
    provider = OpenAICompatible("local", fault_server.base_url, lambda: CANARY, limits=QUICK)
    yield provider
    await provider.aclose()


@pytest.fixture
def ask(provider: OpenAICompatible) -> Ask:
    """Asks a model and gives all that came: `await ask("ok", "prompt", temperature=0)`."""

    async def ask(model: str, prompt: str = "hi", **params: Any) -> Seen:
        return await consume(provider, request_for(model, prompt, **params))

    return ask
