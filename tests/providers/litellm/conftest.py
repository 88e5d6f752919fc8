"""One worker for all tests of this folder, which share an event loop: it takes seconds to start."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from antiphon.providers.litellm.adapter import LiteLlm
from antiphon.providers.litellm.messages import Patience
from antiphon.providers.litellm.supervisor import WorkerSupervisor, current_supervisor
from support.providers.fault_matrix import CANARY
from support.providers.stream_reading import consume, request_for

# pytest's importlib mode leaves the folder out of the path; `anthropic_vendor` stands in it.

if TYPE_CHECKING:
    from support.faults.client import FaultServer

PATHS = {"openai": "/v1", "groq": "/openai/v1", "gemini": "/v1beta"}
"""What litellm expects in an address, by the vendor."""

QUICK = Patience(usage_s=0.3, refusal_s=0.3)

Make = Callable[[str], LiteLlm]


@pytest.fixture
def canary() -> str:
    """The key that is used throughout, and that must never come back."""
    return CANARY


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def worker_kept(_fault_process: FaultServer) -> AsyncIterator[WorkerSupervisor]:
    """The worker, started and used once; it lives while this fixture uses it."""
    holder = LiteLlm("openai", _fault_process.base_url, lambda: CANARY)
    await consume(holder, request_for("ok"))
    yield current_supervisor()
    await holder.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def make(fault_server: FaultServer, worker_kept: WorkerSupervisor) -> AsyncIterator[Make]:
    """Makes an adapter for a vendor that is the fault server; closed after the test."""
    made: list[LiteLlm] = []

    def make(vendor: str) -> LiteLlm:
        made.append(
            LiteLlm(vendor, fault_server.origin + PATHS[vendor], lambda: CANARY, patience=QUICK)
        )
        return made[-1]

    yield make
    for adapter in made:
        await adapter.aclose()
