"""The adapter, pointed at the fault server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.providers.gemini.adapter import GeminiProvider
from antiphon.providers.http.endpoint import Limits
from support.providers.fault_matrix import CANARY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from support.faults.client import FaultServer

QUICK = Limits(usage_s=0.3, goodbye_s=0.3, refusal_s=0.3)


@pytest.fixture
async def provider(fault_server: FaultServer) -> AsyncIterator[GeminiProvider]:
    """An adapter that waits for stragglers a little shorter than it does in earnest."""
    provider = GeminiProvider("gemini", fault_server.origin, lambda: CANARY, limits=QUICK)
    yield provider
    await provider.aclose()
