"""The terminal with a shared server that runs, and what each further editor costs."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.harness import foreign
from benchmarks.harness.bench import broadcast
from benchmarks.harness.peer import Peer
from benchmarks.harness.proc import rss_mb
from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import interleaved, median
from benchmarks.server.first_token import until_output

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from benchmarks.harness.bench import Bench

_TOKEN: Final = b'"type":"token"'
_MODEL: Final = "pace-200-3"
_EDITORS: Final = 8
_SMALL_MB: Final = 15.0
_NOTE: Final = (
    "Memory is what the kernel counts as resident, the interpreter's shared pages included."
)


def run(bench: Bench) -> Table:
    """Asks with and without a shared server, then counts editors' memory."""
    with _shared_environment() as more:
        env = {**bench.env, **more}
        with ExitStack() as stack:
            editors = [stack.enter_context(_editor(bench, env)) for _ in range(_EDITORS)]
            memory = [rss_mb(editor.pid) for editor in editors]
            for _ in range(2):
                editors[0].answer(broadcast(editors[0], _MODEL, 1))
            asking, notes = _asking(bench, env)
        subprocess.run([bench.antiphon, "server", "stop"], env=env, check=False)
    rows = [
        *asking,
        Row("memory of the 2nd editor", _SMALL_MB, memory[1], "MB", "the goal", 1),
        Row(f"memory of the {_EDITORS}th editor", _SMALL_MB, memory[-1], "MB", "the goal", 1),
    ]
    return Table("shared", "A shared server", rows, [*notes, _NOTE])


def _asking(bench: Bench, env: dict[str, str]) -> tuple[list[Row], list[str]]:
    ask = [bench.antiphon, "ask", "hello", "-m", f"loop/{_MODEL}", "--json"]
    alone = {**env, "ANTIPHON_NO_SHARED": "1"}
    cases: dict[str, Callable[[], float]] = {
        "shared": partial(until_output, ask, env, _TOKEN),
        "alone": partial(until_output, ask, alone, _TOKEN),
    }
    other = foreign.llm(bench, _MODEL)
    if other is not None:
        cases["llm"] = partial(until_output, *other, b"word")
    times = interleaved(cases, bench.repetitions(9))
    middle = {name: 1000 * median(results) for name, results in times.items()}
    what = "process start → first token, `antiphon ask --json` at a shared server"
    rows = [Row(what, middle["alone"], middle["shared"], "ms", "a server of its own", 0.5)]
    if other is not None:
        rows.append(Row(what, middle["llm"], middle["shared"], "ms", "`llm` CLI", 0.35))
    return rows, [] if other is not None else [foreign.MISSING]


@contextmanager
def _editor(bench: Bench, env: dict[str, str]) -> Generator[Peer]:
    with Peer([bench.antiphon, "serve", "--shared"], env) as editor:
        editor.initialize()
        editor.health()
        yield editor


@contextmanager
def _shared_environment() -> Generator[dict[str, str]]:
    """Yields a runtime folder of its own, whose path is short enough for a socket."""
    folder = tempfile.mkdtemp(prefix="a", dir="/tmp")
    try:
        yield {"XDG_RUNTIME_DIR": folder}
    finally:
        shutil.rmtree(folder)
