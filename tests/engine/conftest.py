"""The engine's tests play every provider by hand and keep the history in a real file."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from desk import Desk, Person, open_desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = await open_desk(tmp_path / "history.db")
    yield desk
    await desk.history.aclose()


@pytest.fixture
async def person() -> Person:
    return Person()
