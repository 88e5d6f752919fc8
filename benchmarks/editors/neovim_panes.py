"""Neovim while answers stream: how soon a key is on the screen, what a token costs, what loads."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.editors import neovim
from benchmarks.editors.neovim import Neovim
from benchmarks.harness.bench import FLOORS
from benchmarks.harness.report import TIMES, Row, Table
from benchmarks.harness.sampling import interleaved, median, percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.harness.bench import Bench

_PANES: Final = (1, 8, 16)
_PACE: Final = 50
_KEYS: Final = 125
_SECONDS: Final = 3
_NOTES: Final = (
    (
        f"A key is a letter typed into an ordinary buffer above the panes, every 20 to 45 ms, in a "
        f"terminal of {neovim.COLUMNS} by {neovim.LINES}; its delay ends when the terminal has "
        f"read it back from the editor's output. Idle is the same buffer with the plugin there "
        f"and nothing asked. Each pane streams {_PACE} tokens a second from the demo provider, "
        "whose server shares the cores."
    ),
    (
        "CPU is that of Neovim and of the process that draws its screen, nobody typing. The floor "
        "appends a word at a time to as many plain buffers from a timer, at the same pace, and "
        "follows their ends."
    ),
    ("Start is `--startuptime` of a Neovim without a screen and without a person's configuration."),
)
_ASK: Final = """
require('antiphon').ask({{ prompt = 'Tell me all.', models = vim.split({models!r}, ' '),
  params = {{ tokensPerSecond = {pace}, tokens = 100000 }} }})
return true
"""
_STREAMING: Final = """
local panes = require('antiphon.panes').all()
for _, pane in ipairs(panes) do if pane.state ~= 'streaming' then return false end end
return #panes == {count}
"""
_TOKENS: Final = """
local sum = 0
for _, pane in ipairs(require('antiphon.panes').all()) do
  sum = sum + (pane.meter and pane.meter.usage and pane.meter.usage.outputTokens or 0)
end
return sum
"""
_REQUIRE: Final = """local began = vim.uv.hrtime()
require('antiphon')
io.stdout:write((vim.uv.hrtime() - began) / 1e6)"""


@dataclass(frozen=True, slots=True)
class Pass:
    """What one Neovim showed: milliseconds a key, and a core's milliseconds for 1,000 tokens."""

    delays: Sequence[float] = ()
    cpu: float = 0.0


@dataclass(slots=True)
class Stage:
    """Where Neovims are started, each with a home and a configuration of its own."""

    bench: Bench
    nvim: str
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def folder(self) -> Path:
        """A new one."""
        folder = self.bench.home / f"nvim-{next(self._numbers)}"
        folder.mkdir()
        return folder

    def command(self, folder: Path, *more: str, plugin: bool = True) -> list[str]:
        """Neovim with the plugin or with an empty folder in its place, and nothing else."""
        init = folder / "init.lua"
        options = json.dumps({"cmd": [self.bench.antiphon, "serve"]})
        added = neovim.PLUGIN if plugin else folder / "empty"
        init.write_text(
            "vim.o.shadafile = 'NONE'\n"
            f"vim.opt.runtimepath:prepend({json.dumps(str(added))})\n"
            f"vim.g.antiphon = vim.json.decode([==[{options}]==])\n"
        )
        return [self.nvim, "--clean", "-u", str(init), "-n", *more]

    def environment(self, folder: Path, **more: str) -> dict[str, str]:
        """The home of one Neovim, with a history of its own."""
        history = f"sqlite:///{(folder / 'history.db').as_posix()}"
        env = neovim.environment(folder, self.bench.env)
        return env | {"ANTIPHON_HISTORY__URL": history, **more}

    def headless(self, *more: str, plugin: bool = True) -> str:
        """What a Neovim without a screen prints before it ends."""
        folder = self.folder()
        command = self.command(folder, "--headless", *more, "+qall!", plugin=plugin)
        env = self.environment(folder)
        return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout


def run(bench: Bench) -> Table:
    """Typing and CPU beside 0, 1, 8 and 16 live panes; the plugin's load. Nothing without nvim."""
    nvim = neovim.find()
    if nvim is None:
        missing = "Not measured: there is no Neovim here (scripts/install_neovim.sh gets one)."
        print(missing, file=sys.stderr)
        return Table("editors", "Neovim", [], [missing])
    stage = Stage(bench, nvim)
    return Table("editors", "Neovim", [*_live(stage), *_load(stage)], _NOTES)


def _live(stage: Stage) -> list[Row]:
    cases: dict[str, Callable[[], Pass]] = {"idle": partial(_ours, stage, 0)}
    for count in _PANES:
        cases[f"ours {count}"] = partial(_ours, stage, count)
        cases[f"floor {count}"] = partial(_floor, stage, count)
    passes = interleaved(cases, stage.bench.repetitions(4))
    return [*_delay_rows(passes), *_cpu_rows(passes)]


def _delay_rows(passes: Mapping[str, Sequence[Pass]]) -> list[Row]:
    return [
        Row(
            f"key on the screen, {count} {TIMES} {_PACE} tokens/s: {name}",
            _delay(passes["idle"], share),
            _delay(passes[f"ours {count}"], share),
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
            median([each.cpu for each in passes[f"floor {count}"]]),
            median([each.cpu for each in passes[f"ours {count}"]]),
            "ms",
            "plain buffers",
            1.0 if count == max(_PANES) else None,
        )
        for count in _PANES
    ]


def _ours(stage: Stage, count: int) -> Pass:
    """One Neovim with `count` live panes of ours: its CPU, then its keys."""
    folder = stage.folder()
    socket = folder / "s"
    with Neovim(stage.command(folder), stage.environment(folder), socket) as editor:
        cpu = 0.0
        if count:
            models = " ".join(["demo/chatty"] * count)
            editor.lua(_ASK.format(models=models, pace=_PACE))
            editor.expect(_STREAMING.format(count=count))
            editor.rest(1)
            cpu = _cpu_for_tokens(editor, count, _TOKENS)
        editor.type(":topleft 8new\ri")
        editor.rest(0.5)
        delays = [1000 * wait for wait in editor.keystrokes(_KEYS)]
        return Pass(delays, cpu)


def _floor(stage: Stage, count: int) -> Pass:
    """One Neovim with `count` plain buffers that grow at the same pace: its CPU."""
    folder = stage.folder()
    command = stage.command(folder, "-S", str(FLOORS / "append.lua"), plugin=False)
    env = stage.environment(folder, APPEND_PANES=str(count))
    with Neovim(command, env, folder / "s") as editor:
        editor.rest(1)
        return Pass(cpu=_cpu_for_tokens(editor, count, "return _G.appended"))


def _cpu_for_tokens(editor: Neovim, count: int, tokens: str) -> float:
    """A core's milliseconds for 1,000 tokens. Raises `RuntimeError` where they did not flow.

    The meters move twice a second: too coarse to divide by, enough to check the pace with.
    """
    had, began, cpu = editor.lua(tokens), time.perf_counter(), editor.cpu_s()
    editor.rest(_SECONDS)
    due = count * _PACE * (time.perf_counter() - began)
    spent = editor.cpu_s() - cpu
    came = editor.lua(tokens) - had
    if not 0.7 < came / due < 1.3:
        raise RuntimeError(f"{came} tokens came where {due:.0f} were due")
    return 1e6 * spent / due


def _delay(passes: Sequence[Pass], share: float) -> float:
    """The middle one of the passes' percentiles: one noisy pass does not make it."""
    return median([percentile(each.delays, share) for each in passes])


def _load(stage: Stage) -> list[Row]:
    cases: dict[str, Callable[[], dict[str, float]]] = {
        "bare": partial(_start, stage, plugin=False),
        "plugin": partial(_start, stage, plugin=True),
        "require": lambda: {"require": float(stage.headless("+lua " + _REQUIRE))},
    }
    found = interleaved(cases, stage.bench.repetitions(15))
    bare = median([each["total"] for each in found["bare"]])
    total = median([each["total"] for each in found["plugin"]])
    script = median([each["plugin"] for each in found["plugin"]])
    first = median([each["require"] for each in found["require"]])
    return [
        Row("start of Neovim with the plugin", bare, total, "ms", "an empty folder in its place"),
        Row("of it, `plugin/antiphon.lua`", bare, script, "ms", "whole start, an empty folder"),
        Row("first `require('antiphon')`", bare, first, "ms", "whole start, an empty folder"),
    ]


def _start(stage: Stage, *, plugin: bool) -> dict[str, float]:
    """What `--startuptime` says: milliseconds in all, and in the plugin's one script."""
    log = stage.folder() / "startup.log"
    stage.headless("--startuptime", str(log), plugin=plugin)
    found = dict[str, float]()
    for line in log.read_text().splitlines():
        if "NVIM STARTED" in line:
            found["total"] = float(line.split()[0])
        elif line.endswith("plugin/antiphon.lua"):
            found["plugin"] = float(line.split()[1])
    return found
