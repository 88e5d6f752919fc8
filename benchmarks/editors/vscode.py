"""VS Code while answers stream: how soon a key is drawn, what a token costs, what loads."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from benchmarks.editors import vscode_panes, vscode_window
from benchmarks.editors.vscode_panes import PACE
from benchmarks.harness.report import TIMES, Row, Table
from benchmarks.harness.sampling import interleaved, median, percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.harness.bench import Bench

_PANES: Final = (1, 8, 16)
_HELD: Final = (8, 16)
"""As many panes must delay a key no longer than naive ones do."""
_KEYS: Final = 125
_SECONDS: Final = 4
_IDLE: Final = "idle"
_NAIVE: Final = "naive panes"
_NOTES: Final = (
    (
        "The editor is code-server, which is VS Code's workbench and extension host with a "
        f"headless Chromium as its screen, {vscode_window.WIDTH} by {vscode_window.HEIGHT}, drawn "
        "by the processor. A key is a letter typed into an untitled document beside the panes, "
        "20 to 45 ms after the one before; its delay begins with the browser's own time stamp and "
        "ends behind the frame that shows it, so it holds up to one frame of 16.7 ms of waiting. "
        "Idle is the same window with the extension active and nothing asked."
    ),
    (
        f"Each pane streams {PACE} tokens a second from the demo provider, whose server shares "
        "the cores; all panes are in sight. The naive panes are read-only documents of an "
        "extension that needs no server: from timers it appends the same text at the same pace "
        "and tells of a change every 33 ms. CPU is that of the editor's server, its extension "
        "host and the browser, nobody typing."
    ),
    (
        "Activation is `Extension.activate()` in a new window, loading the bundle included. The "
        "floor is an extension that registers one command."
    ),
)


@dataclass(frozen=True, slots=True)
class Pass:
    """What one broadcast showed: milliseconds a key, and a core's milliseconds for 1,000 tokens."""

    delays: Sequence[float]
    cpu: float = 0.0
    host_cpu: float = 0.0
    """Of it, the extension host's."""


def run(bench: Bench) -> Table:
    """Typing and CPU beside 0, 1, 8 and 16 live panes; activation. Nothing without an editor."""
    if (reason := vscode_window.missing()) is not None:
        print(f"Not measured: {reason}.", file=sys.stderr)
        return Table("vscode", "VS Code", [], [f"Not measured: {reason}."])
    home = bench.home / "vscode"
    with vscode_window.editor(home, bench.antiphon) as editor, vscode_window.browser() as chromium:
        rows = [*_live(bench, editor, chromium), _activation(bench, editor, chromium)]
    return Table("vscode", "VS Code", rows, _NOTES)


def _live(bench: Bench, editor: Any, chromium: Any) -> list[Row]:
    with vscode_window.window(editor, chromium) as shown:
        vscode_panes.prepare(shown)
        cases: dict[str, Callable[[], Pass]] = {_IDLE: partial(_idle, shown)}
        for count in _PANES:
            like = vscode_panes.likeness(shown, count)
            naive = partial(vscode_panes.naive, shown, count, like)
            ours = partial(vscode_panes.ours, shown, count)
            cases[f"{_NAIVE} {count}"] = partial(_beside, shown, count, naive)
            cases[f"ours {count}"] = partial(_beside, shown, count, ours)
        passes = interleaved(cases, bench.repetitions(4))
    return [*_delay_rows(passes), *_cpu_rows(passes)]


def _idle(shown: Any) -> Pass:
    vscode_panes.note(shown)
    shown.execute("antiphon.models", {})
    time.sleep(1)
    return Pass(_keys(shown))


def _beside(shown: Any, count: int, begin: Callable[[], None]) -> Pass:
    """Keys and CPU beside `count` live panes."""
    vscode_panes.note(shown)
    begin()
    time.sleep(1)  # until the editor has done with opening them
    cpu = vscode_window.cpu_during(_SECONDS)
    each_thousand_ms = 1e6 / (count * PACE * _SECONDS)
    return Pass(_keys(shown), each_thousand_ms * cpu.editor, each_thousand_ms * cpu.host)


def _keys(shown: Any) -> list[float]:
    vscode_window.focus_note(shown)
    return vscode_window.keystrokes(shown.page, _KEYS)


def _delay_rows(passes: Mapping[str, Sequence[Pass]]) -> list[Row]:
    return [
        Row(
            f"key drawn, {count} {TIMES} {PACE} tokens/s: {name}",
            _delay(passes[floor if floor == _IDLE else f"{floor} {count}"], share),
            _delay(passes[f"ours {count}"], share),
            "ms",
            floor,
            1.0 if (floor, name) == (_NAIVE, "p99") and count in _HELD else None,
        )
        for count in _PANES
        for name, share in (("p50", 0.5), ("p99", 0.99))
        for floor in (_IDLE, _NAIVE)
    ]


def _cpu_rows(passes: Mapping[str, Sequence[Pass]]) -> list[Row]:
    return [
        Row(
            f"{what} for 1,000 tokens, {count} {TIMES} {PACE} tokens/s",
            median([getattr(each, field) for each in passes[f"{_NAIVE} {count}"]]),
            median([getattr(each, field) for each in passes[f"ours {count}"]]),
            "ms",
            _NAIVE,
        )
        for count in _PANES
        for what, field in (("CPU", "cpu"), ("CPU of the extension host", "host_cpu"))
    ]


def _activation(bench: Bench, editor: Any, chromium: Any) -> Row:
    names = {"ours": "antiphon.antiphon", "floor": "floor.empty"}
    found: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(bench.repetitions(5)):
        with vscode_window.window(editor, chromium) as shown:
            for name in sorted(names, reverse=turn % 2 == 1):
                found[name].append(vscode_window.activation_ms(shown, names[name]))
    floor, ours = median(found["floor"]), median(found["ours"])
    return Row("activation of the extension", floor, ours, "ms", "an empty extension", 1.82)


def _delay(passes: Sequence[Pass], share: float) -> float:
    """The middle one of the passes' percentiles: one noisy pass does not make it."""
    return median([percentile(each.delays, share) for each in passes])
