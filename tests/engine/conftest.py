"""The engine's tests play every provider by hand and keep the history in a real file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.engine.harness import EngineHarness, FakeCaller, open_harness


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[EngineHarness]:
    harness = await open_harness(tmp_path / "history.db")
    yield harness
    await harness.history.aclose()


@pytest.fixture
async def caller() -> FakeCaller:
    return FakeCaller()
