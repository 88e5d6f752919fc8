"""Samples a server's memory, descriptors and threads, and decides whether a figure is flat."""

from __future__ import annotations

import re
import statistics
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

ALLOWED: Final = {
    "memory, MB": 8.0,
    "descriptors": 8.0,
    "threads": 3.0,
    "WAL, MB": 8.0,
    "unsaved pieces": 64.0,
}
"""How much each figure may grow in the second half, beside its noise."""
NOISE: Final = 3.0
"""How many times its noise a figure may grow, if that is more than what is allowed."""
_LAG: Final = re.compile(r'antiphon_event_loop_lag_seconds_bucket\{le="([^"]+)"\} (\S+)')


def sample(pid: int, metrics: Path) -> dict[str, float]:
    """Returns the figures of a server at this moment."""
    process = Path(f"/proc/{pid}")
    rollup = (process / "smaps_rollup").read_text()
    pss = re.search(r"^Pss: +(\d+)", rollup, re.MULTILINE)
    found = {
        "memory, MB": int(pss[1]) / 1024 if pss else 0.0,
        "descriptors": float(sum(1 for _ in (process / "fd").iterdir())),
        "threads": float(sum(1 for _ in (process / "task").iterdir())),
    }
    text = metrics.read_text() if metrics.exists() else ""
    for name, metric, unit in (
        ("WAL, MB", "antiphon_history_wal_bytes", 1e6),
        ("unsaved pieces", "antiphon_history_waiting_records", 1.0),
    ):
        if value := re.search(rf"^{metric} (\S+)", text, re.MULTILINE):
            found[name] = float(value[1]) / unit
    return found


def lag_bound_ms(metrics: Path, share: float) -> float:
    """Returns the bound, in ms, below which the event loop's lag was in `share` of all looks."""
    buckets = [(float(le), float(n)) for le, n in _LAG.findall(metrics.read_text())]
    whole = buckets[-1][1] if buckets else 0.0
    return next((1000 * bound for bound, n in buckets if n >= share * whole), 0.0)


def growth(values: Sequence[float]) -> tuple[float, float]:
    """Returns how much the second half of a figure grew by its slope, and the half's noise."""
    half = values[len(values) // 2 :]
    if len(half) < 3:
        return 0.0, 0.0
    slope, start = statistics.linear_regression(range(len(half)), half)
    rest = [value - start - slope * index for index, value in enumerate(half)]
    return slope * (len(half) - 1), statistics.pstdev(rest)


def is_flat(name: str, values: Sequence[float]) -> bool:
    """Checks whether the second half grew by no more than its noise and what is allowed."""
    grown, noise = growth(values)
    return grown <= max(ALLOWED[name], NOISE * noise)
