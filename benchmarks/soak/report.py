"""Writes what a soak found as the lines of a report, from the figures in its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from benchmarks.soak.samples import ALLOWED, NOISE, growth, is_flat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LAG_GOAL_MS: Final = 50.0
"""The bound of the event loop's lag at the 99th percentile; reported, never a reason to fail."""


def lines(figures: Mapping[str, Any]) -> Iterator[str]:
    """Yields the report of a finished soak in Markdown."""
    plan = figures["plan"]
    yield (
        f"{plan['seconds'] / 60:g} minutes, {plan['streams']} streams, "
        f"the database stopped and started {plan['restarts']} times."
    )
    answers, refused = figures["statuses"], figures["refused"]
    yield f"{sum(answers.values())} answers: {_counts(answers)}."
    yield f"Refused requests: {_counts(refused)}."
    yield ""
    yield from _table(figures["series"])
    yield ""
    yield (
        f"Flat: the line through the second half rises by at most {NOISE:g} times its noise, "
        "or by what is always allowed, whichever is more."
    )
    for number, (median, p99) in enumerate(figures["lagMs"], 1):
        yield (
            f"Server {number}: event loop lag at most {median:g} ms (p50), {p99:g} ms (p99); "
            f"goal at most {LAG_GOAL_MS:g} ms: {judge_lag(p99)}."
        )
    yield f"Lost, doubled or wrong: {len(figures['problems'])}."
    yield from (f"Wrong: {each}" for each in figures["problems"][:20])
    if machine := figures.get("machine"):
        yield str(machine)


def judge_lag(p99_ms: float) -> str:
    """Returns whether a lag in ms meets its goal; 0 is that of a server that exported none."""
    if not p99_ms:
        return "not measured"
    return "met" if p99_ms <= LAG_GOAL_MS else "not met"


def _table(series: list[dict[str, list[float]]]) -> Iterator[str]:
    yield "| server | figure | first | last | growth, second half | noise | allowed | verdict |"
    yield "|---|---|--:|--:|--:|--:|--:|---|"
    for number, found in enumerate(series, 1):
        for name, values in found.items():
            grown, noise = growth(values)
            verdict = "flat" if is_flat(name, values) else "growing"
            yield (
                f"| {number} | {name} | {values[0]:.1f} | {values[-1]:.1f} | {grown:.2f} "
                f"| {noise:.2f} | {ALLOWED[name]:g} | {verdict} |"
            )


def _counts(found: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in found.items()) or "none"
