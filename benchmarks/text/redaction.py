"""What it costs that no secret leaves: log records, chunks, a prompt before it goes."""

from __future__ import annotations

import io
import logging
import time
from typing import TYPE_CHECKING, Final

from antiphon.engine.log_context import current_log_context
from antiphon.engine.planning.secret_scan import find_shapes
from antiphon.engine.redaction import Redactor, format_exception_safely
from antiphon.engine.request.attempt import AnswerLimit
from antiphon.logs.formats import JsonFormatter
from antiphon.logs.records import CleanRecord, LogRedaction
from benchmarks.harness.report import Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.harness.bench import Bench

_KEYS: Final = 12
_RECORDS: Final = 1_000
_WORDS: Final = (
    "an answer ended: model openai/gpt-5, status complete, outputTokens 512, totalMs 6100"
)
_PROSE: Final = "Nothing in this line of 1,000 words is a task-key, or a risk.\n"


def run(bench: Bench) -> Table:
    """Measures with a dozen known keys."""
    redactor = Redactor()
    redactor.learn(*(f"key-{number}-Zx81kQp0LmN7vTr3WsYd5GbH2" for number in range(_KEYS)))
    discretion = LogRedaction(redactor.clean, format_exception_safely, current_log_context)
    times = bench.repetitions(9)
    cleaned = _best(times, lambda: _log(lambda *args: CleanRecord(discretion, *args)))
    bare = _best(times, lambda: _log(logging.LogRecord))
    kept = _best(times, lambda: _chunks(AnswerLimit().take))
    joined = _best(times, lambda: _chunks(str))
    rows = [
        Row("1,000 log records", bare * 1000, cleaned * 1000, "ms", "logging's own records"),
        Row("1,000 chunks of an answer", joined * 1000, kept * 1000, "ms", "no limit of its size"),
    ]
    for size, name in ((4 << 10, "4 KiB"), (4 << 20, "4 MiB")):
        text = (_PROSE * (size // len(_PROSE) + 1))[:size]
        read = _best(times, lambda text=text: text.count("\n"))
        looked = _best(times, lambda text=text: _guard(text, redactor))
        what = f"the guard over a prompt of {name}"
        rows.append(Row(what, read * 1000, looked * 1000, "ms", "counting its lines"))
    note = (
        f"With {_KEYS} known keys. Conversations are not cleaned: a chunk pays for the limit alone."
    )
    return Table("redaction", "Redaction", rows, [note])


def _log(make: Callable[..., logging.LogRecord]) -> None:
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(JsonFormatter())
    for _ in range(_RECORDS):
        handler.emit(make("antiphon.x", logging.INFO, "f", 1, _WORDS, (), None))


def _chunks(take: Callable[[str], str]) -> None:
    for _ in range(_RECORDS):
        take("a few words ")


def _guard(text: str, redactor: Redactor) -> None:
    for _ in find_shapes(text):
        pass
    for value in redactor.known:
        text.find(value)


def _best(times: int, work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best
