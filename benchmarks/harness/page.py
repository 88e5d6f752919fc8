"""The measured part of docs/benchmarks.md: one block a benchmark, between markers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from benchmarks.harness.bench import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.harness.report import Table

PATH: Final = "docs/benchmarks.md"


@dataclass(frozen=True, slots=True)
class Setting:
    """How and where the figures came about."""

    command: str
    machine: str
    load_before: float
    load_after: float

    def markdown(self) -> str:
        """One line."""
        return (
            f"`{self.command}`, {datetime.now(UTC):%Y-%m-%d}; {self.machine}; "
            f"load average {self.load_before:.1f} before, {self.load_after:.1f} after."
        )


def write(tables: Sequence[Table], setting: Setting) -> None:
    """Replaces the blocks of `tables`. Raises `ValueError` for one that has no markers."""
    path = ROOT / PATH
    text = path.read_text(encoding="utf-8")
    for table in tables:
        text = _replaced(text, table.name, f"{table.markdown()}\n{setting.markdown()}")
    path.write_text(text, encoding="utf-8")


def _replaced(text: str, name: str, block: str) -> str:
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{PATH} has no markers for {name}")
    return pattern.sub(lambda _: f"{begin}\n{block}\n{end}", text)
