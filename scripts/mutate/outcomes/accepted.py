"""The survivors that were looked at and are equivalent, or not worth a test."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scripts.mutate.outcomes.results import Result

FILE: Final = Path(__file__).parents[1] / "accepted.toml"


class Accepted:
    """The kept list: path, line before, line after, and the reason of each."""

    def __init__(self, text: str) -> None:
        self.rows: list[dict[str, str]] = tomllib.loads(text).get("accepted", [])
        self._reasons = {
            (row["path"], row["before"], row["after"]): row["reason"] for row in self.rows
        }

    def find_reason(self, result: Result) -> str | None:
        """Returns why a survivor is accepted, or `None` if it is not."""
        return self._reasons.get((result.path, result.before, result.after))


def load_accepted() -> Accepted:
    """Returns the list that is kept with the code."""
    return Accepted(FILE.read_text(encoding="utf-8"))
