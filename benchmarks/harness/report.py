"""Rows of measurements, as a Markdown table and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence


TIMES: Final = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: something of ours beside its floor."""

    what: str
    floor: float | None
    ours: float
    unit: str
    floor_name: str = ""
    goal: float | None = None
    """The limit that PERFORMANCE sets: for `ratio` or for `ours`, as `goal_on` says."""
    goal_on: Literal["ratio", "ours"] = "ratio"
    at_least: bool = False
    """The goal is a least value (how many times faster), not a greatest."""

    @property
    def ratio(self) -> float | None:
        """Ours in units of the floor; the other way round where the goal is a least value."""
        if not self.floor or not self.ours:
            return None
        return self.floor / self.ours if self.at_least else self.ours / self.floor

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; `None` where there is none."""
        value = self.ratio if self.goal_on == "ratio" else self.ours
        if self.goal is None or value is None:
            return None
        return value >= self.goal if self.at_least else value <= self.goal


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one benchmark, and what a reader has to know about them."""

    name: str
    title: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()

    def markdown(self) -> str:
        """The table under its heading."""
        lines = [
            f"### {self.title}",
            "",
            "| what | floor | ours | ratio | goal | met |",
            "|---|---|---|---|---|---|",
            *(_line(row) for row in self.rows),
        ]
        lines += [line for note in self.notes for line in ("", note)]
        return "\n".join(lines) + "\n"

    def to_json(self) -> dict[str, Any]:
        """Everything, with the ratios."""
        rows = [{**asdict(row), "ratio": row.ratio, "met": row.met} for row in self.rows]
        return {"name": self.name, "title": self.title, "rows": rows, "notes": list(self.notes)}


def _line(row: Row) -> str:
    floor = "" if row.floor is None else f"{_number(row.floor)} {row.unit}"
    if row.floor_name:
        floor = f"{floor} ({row.floor_name})".strip()
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}{TIMES}"
    met = {None: "", True: "yes", False: "**no**"}[row.met]
    cells = [row.what, floor, f"{_number(row.ours)} {row.unit}", ratio, _goal(row), met]
    return f"| {' | '.join(cells)} |"


def _goal(row: Row) -> str:
    if row.goal is None:
        return ""
    sign = "≥" if row.at_least else "≤"
    unit = TIMES if row.goal_on == "ratio" else f" {row.unit}"
    return f"{sign} {row.goal:.3g}{unit}"


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
