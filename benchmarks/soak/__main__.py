"""`python -m benchmarks.soak --minutes 1 [--history URL] [--database-restarts 2]`."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.harness import machine
from benchmarks.soak.picture import draw
from benchmarks.soak.run import Outcome, Plan, run
from benchmarks.soak.samples import growth

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> int:
    """Runs the soak and prints what it found; 0 if all was answered, kept and flat."""
    arguments = _arguments()
    plan = Plan(
        60 * arguments.minutes, history=arguments.history, restarts=arguments.database_restarts
    )
    outcome = run(plan)
    print("\n".join(_lines(outcome)))
    if arguments.json:
        arguments.json.write_text(json.dumps(_figures(outcome), indent=1) + "\n")
    if arguments.picture:
        arguments.picture.write_text(draw(outcome.series))
    return 1 if outcome.shown.problems or outcome.growing() else 0


def _lines(outcome: Outcome) -> Iterator[str]:
    shown = outcome.shown
    yield f"{sum(shown.statuses.values())} answers {shown.statuses}, refused {shown.refused}"
    yield "| server | figure | first | last | growth of the second half | noise |"
    yield "|---|---|---|---|---|---|"
    for number, found in enumerate(outcome.series, 1):
        for name, values in found.items():
            grown, noise = growth(values)
            ends = f"{values[0]:.1f} | {values[-1]:.1f}"
            yield f"| {number} | {name} | {ends} | {grown:.2f} | {noise:.2f} |"
    for number, (median, p99) in enumerate(outcome.lags_ms, 1):
        yield f"Server {number}: event loop lag at most {median:g} ms (p50), {p99:g} ms (p99)."
    yield from (f"Not flat: {each}" for each in outcome.growing())
    yield from (f"Wrong: {each}" for each in shown.problems[:20])
    yield machine.describe()


def _figures(outcome: Outcome) -> dict[str, Any]:
    shown = outcome.shown
    plan = dataclasses.asdict(outcome.plan)
    del plan["history"]  # it may hold a password
    return {
        "plan": plan,
        "statuses": shown.statuses,
        "refused": shown.refused,
        "problems": shown.problems,
        "notFlat": outcome.growing(),
        "lagMs": outcome.lags_ms,
        "series": outcome.series,
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--history", metavar="URL", help="SQLite of the soak's own by default")
    parser.add_argument(
        "--database-restarts",
        type=int,
        default=0,
        metavar="N",
        help="start a PostgreSQL, and stop and start it N times meanwhile",
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="an SVG of all figures")
    arguments = parser.parse_args()
    if arguments.history and arguments.database_restarts:
        parser.error("--database-restarts starts a PostgreSQL of its own: leave out --history")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
