"""VS Code while answers stream: how soon a key is drawn, what a token costs, what loads."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from benchmarks import vscode_window
from benchmarks.report import TIMES, Row, Table
from benchmarks.sampling import interleaved, median, percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.bench import Bench

_PANES: Final = (1, 8, 16)
_PACE: Final = 50
_KEYS: Final = 125
_SECONDS: Final = 4
_PATIENCE_S: Final = 30.0
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
        f"Each pane streams {_PACE} tokens a second from the demo provider, whose server shares "
        "the cores; all panes are in sight. CPU is that of the editor's server, its extension "
        "host and the browser, nobody typing."
    ),
    (
        "Activation is `Extension.activate()` in a new window, loading the bundle included. The "
        "floor is an extension that registers one command."
    ),
)
_NOTE_JS: Final = """
const document = await vscode.workspace.openTextDocument({ language: "plaintext", content: "" });
await vscode.window.showTextDocument(document, { viewColumn: 1 });
"""
_SETTING_JS: Final = """
const layout = vscode.workspace.getConfiguration("antiphon.layout");
await layout.update("maxSplits", 16, vscode.ConfigurationTarget.Global);
"""


@dataclass(frozen=True, slots=True)
class Pass:
    """What one broadcast showed: milliseconds a key, and a core's milliseconds for 1,000 tokens."""

    delays: Sequence[float] = ()
    cpu: float = 0.0


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
        shown.eval(_SETTING_JS)
        cases: dict[str, Callable[[], Pass]] = {"idle": partial(_beside, shown, 0)}
        for count in _PANES:
            cases[f"{count}"] = partial(_beside, shown, count)
        passes = interleaved(cases, bench.repetitions(5))
    return [*_delay_rows(passes), *_cpu_rows(passes)]


def _beside(shown: Any, count: int) -> Pass:
    """Keys and CPU beside `count` live panes."""
    shown.clear()
    shown.eval(_NOTE_JS)
    cpu = 0.0
    if count:
        asked = {
            "prompt": "Tell me all.",
            "models": ["demo/chatty"] * count,
            "params": {"tokensPerSecond": _PACE, "tokens": 100_000},
        }
        shown.begin("antiphon.broadcastPrompt", asked)
        _until(lambda: sum(len(pane["text"] or "") > 300 for pane in shown.panes()) == count)
        cpu = _cpu_for_tokens(count)
    else:
        shown.execute("antiphon.models", {})
        time.sleep(1)
    shown.page.locator(".monaco-editor .view-lines").first.click()
    delays = vscode_window.keystrokes(shown.page, _KEYS)
    shown.execute("workbench.action.revertAndCloseActiveEditor")
    return Pass(delays, cpu)


def _cpu_for_tokens(count: int) -> float:
    """A core's milliseconds for 1,000 tokens."""
    began, cpu = time.perf_counter(), vscode_window.editor_cpu_s()
    time.sleep(_SECONDS)
    spent = vscode_window.editor_cpu_s() - cpu
    return 1e6 * spent / (count * _PACE * (time.perf_counter() - began))


def _delay_rows(passes: Mapping[str, Sequence[Pass]]) -> list[Row]:
    return [
        Row(
            f"key drawn, {count} {TIMES} {_PACE} tokens/s: {name}",
            _delay(passes["idle"], share),
            _delay(passes[f"{count}"], share),
            "ms",
            "idle",
        )
        for count in _PANES
        for name, share in (("p50", 0.5), ("p99", 0.99))
    ]


def _cpu_rows(passes: Mapping[str, Sequence[Pass]]) -> list[Row]:
    return [
        Row(
            f"CPU for 1,000 tokens, {count} {TIMES} {_PACE} tokens/s",
            None,
            median([each.cpu for each in passes[f"{count}"]]),
            "ms",
        )
        for count in _PANES
    ]


def _activation(bench: Bench, editor: Any, chromium: Any) -> Row:
    names = {"ours": "antiphon.antiphon", "floor": "floor.empty"}
    found: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(bench.repetitions(5)):
        with vscode_window.window(editor, chromium) as shown:
            for name in sorted(names, reverse=turn % 2 == 1):
                found[name].append(vscode_window.activation_ms(shown, names[name]))
    floor, ours = median(found["floor"]), median(found["ours"])
    return Row("activation of the extension", floor, ours, "ms", "an empty extension")


def _delay(passes: Sequence[Pass], share: float) -> float:
    """The middle one of the passes' percentiles: one noisy pass does not make it."""
    return median([percentile(each.delays, share) for each in passes])


def _until(reached: Callable[[], bool]) -> None:
    ends = time.perf_counter() + _PATIENCE_S
    while not reached():
        if time.perf_counter() > ends:
            raise TimeoutError("not all panes stream")
        time.sleep(0.2)
