"""Two places for histories, and copies from one to the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.history.copying.copy import copy_history
from antiphon.history.copying.places import open_source, open_target, parse_place
from antiphon.model.commands.history_copy import CopyReport

if TYPE_CHECKING:
    from pathlib import Path

CopyFrom = Callable[..., Awaitable[CopyReport]]


def report_nothing(*_: object) -> None:
    """Takes a copy's progress."""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target" / "history.db"


@pytest.fixture
def copy() -> CopyFrom:
    """Copies from one place to another."""

    async def run(source: Path | str, target: Path | str, **options: Any) -> CopyReport:
        from_place, to_place = parse_place(str(source)), parse_place(str(target))
        async with open_source(from_place) as snapshot, open_target(to_place) as database:
            return await copy_history(snapshot, database, report_nothing, **options)

    return run
