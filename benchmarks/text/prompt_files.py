"""Typing in a prompt file of 100 kB: the lens after each key, diagnostics, a stream beside it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from benchmarks.harness.bench import broadcast
from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import median, percentile

if TYPE_CHECKING:
    from benchmarks.harness.bench import Bench
    from benchmarks.harness.peer import Peer

_SIZE: Final = 100_000
_KEYS: Final = 200
_PERIOD_S: Final = 0.05
"""Twenty keys a second, faster than anybody types."""
_LINE: Final = "Look at {{file}}, and say what would break if it were left out of the whole.\n"
_FRONT: Final = (
    "---\nmodels: [demo/terse, demo/coder]\ninputs:\n  file: {description: which}\n---\n"
)
_PROMPT: Final = "file:///bench/review.antiphon.md"
_PLAIN: Final = "file:///bench/review.md"
_STREAM: Final = "pace-100-500"
"""A hundred tokens a second for five seconds."""


def run(bench: Bench) -> Table:
    """Measures from a key's notification to the lens of the new text."""
    keys = bench.repetitions(_KEYS) if bench.quick else _KEYS
    with bench.warm_server() as peer:
        plain = _type(peer, _open(peer, _PLAIN), keys)
        ours = _type(peer, _open(peer, _PROMPT), keys)
        shown = [_diagnosed(peer) for _ in range(bench.repetitions(9))]
        quiet, typed = _gaps(peer, None), _gaps(peer, _PROMPT)
    rows = [
        Row("a key and its lens, median", median(plain) * 1000, median(ours) * 1000, "ms", _FLOOR),
        Row(
            "a key and its lens, p95",
            percentile(plain, 0.95) * 1000,
            percentile(ours, 0.95) * 1000,
            "ms",
            _FLOOR,
            goal=20,
            goal_on="ours",
        ),
        Row("the last key to its diagnostics", None, median(shown) * 1000, "ms"),
        Row(
            "the longest gap in a stream beside the typing",
            max(quiet) * 1000,
            max(typed) * 1000,
            "ms",
            "nobody types",
        ),
    ]
    note = f"A file of {_SIZE // 1000} kB, {keys} keys, {1 / _PERIOD_S:.0f} a second."
    return Table("prompt_files", "Prompt files", rows, [note])


_FLOOR: Final = "a Markdown file of that size"


def _open(peer: Peer, uri: str) -> str:
    text = _FRONT + _LINE * (_SIZE // len(_LINE))
    document = {"uri": uri, "languageId": "markdown", "version": 1, "text": text}
    peer.notify("textDocument/didOpen", {"textDocument": document})
    _lens(peer, uri)
    return uri


def _type(peer: Peer, uri: str, keys: int) -> list[float]:
    """Types letters into the middle, and asks for the lens after each; the seconds of each."""
    waits: list[float] = []
    due = time.perf_counter()
    for number in range(keys):
        time.sleep(max(0.0, due - time.perf_counter()))
        began = time.perf_counter()
        _key(peer, uri, number)
        _lens(peer, uri)
        waits.append(time.perf_counter() - began)
        due += _PERIOD_S
    return waits


def _key(peer: Peer, uri: str, number: int) -> None:
    place = {"line": 600, "character": number % 20}
    change = {"range": {"start": place, "end": place}, "text": "x"}
    document = {"uri": uri, "version": number + 2}
    params = {"textDocument": document, "contentChanges": [change]}
    peer.notify("textDocument/didChange", params)


def _lens(peer: Peer, uri: str) -> Any:
    return peer.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})


def _diagnosed(peer: Peer) -> float:
    """Types one key; the seconds until the diagnostics are there, the pause included."""
    peer.bodies()
    began = time.perf_counter()
    _key(peer, _PROMPT, 0)
    return peer.until(b"publishDiagnostics") - began


def _gaps(peer: Peer, uri: str | None) -> list[float]:
    """The seconds between the batches of one paced answer, with keys into `uri` meanwhile."""
    run = broadcast(peer, _STREAM, 1)
    gaps: list[float] = []
    last = peer.until(b'"token"')
    due, number = last, 0
    while True:
        if uri is not None and time.perf_counter() >= due:
            _key(peer, uri, number)
            peer.send("textDocument/codeLens", {"textDocument": {"uri": uri}})
            due, number = due + _PERIOD_S, number + 1
        peer.read(_PERIOD_S / 10)
        for body in peer.bodies():
            if b'"type":"token"' in body:
                now = time.perf_counter()
                gaps.append(now - last)
                last = now
            if b'"results"' in body and f'"id":{run}'.encode() in body:
                return gaps
