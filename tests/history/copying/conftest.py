"""Two places for histories, and copies from one to the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.history.copying.between import copy_between
from antiphon.history.copying.places import parse_place
from antiphon.model.commands.history_copy import CopyReport

if TYPE_CHECKING:
    from pathlib import Path

CopyFrom = Callable[..., Awaitable[CopyReport]]


def report_nothing(*_: object) -> None:
    """Takes a copy's progress."""


@pytest.fixture
def target(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Path | str:
    """A place of the other kind than the history's."""
    if backend == "postgresql":
        return tmp_path / "target" / "history.db"
    return request.getfixturevalue("postgresql_url")


@pytest.fixture
def copy() -> CopyFrom:
    """Copies from one place to another."""

    async def run(source: Path | str, target: Path | str, **options: Any) -> CopyReport:
        places = parse_place(str(source)), parse_place(str(target))
        return await copy_between(*places, report_nothing, **options)

    return run
