"""`python -m benchmarks.soak --minutes 1 [--history URL] [--database-restarts 2]`.

`--report FILE` runs nothing and prints the tables of a JSON that an earlier soak wrote;
with `--picture` it draws that JSON's samples too.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.harness import machine
from benchmarks.soak.picture import draw
from benchmarks.soak.report import lines
from benchmarks.soak.run import Outcome, Plan, run


def main() -> int:
    """Runs the soak and prints what it found; 0 if all was answered, kept and flat."""
    arguments = _arguments()
    if arguments.report:
        earlier = json.loads(arguments.report.read_text())
        print("\n".join(lines(earlier)))
        if arguments.picture:
            arguments.picture.write_text(draw(earlier["series"]))
        return 0
    plan = Plan(
        60 * arguments.minutes, history=arguments.history, restarts=arguments.database_restarts
    )
    outcome = run(plan)
    figures = _figures(outcome)
    print("\n".join(lines(figures)))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")
    if arguments.picture:
        arguments.picture.write_text(draw(outcome.series))
    return 1 if outcome.shown.problems or outcome.growing() else 0


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
        "machine": machine.describe(),
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
    parser.add_argument("--report", type=Path, metavar="FILE", help="only print an earlier JSON")
    arguments = parser.parse_args()
    if arguments.history and arguments.database_restarts:
        parser.error("--database-restarts starts a PostgreSQL of its own: leave out --history")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
