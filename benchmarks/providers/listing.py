"""A gateway's list of 20,000 models, and each Tab over it, beside the same with a single model."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import interleaved, median

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from benchmarks.harness.bench import Bench

_MANY: Final = 20_000
_FLOOR: Final = "one model"
_NOTE: Final = (
    "Whole commands, their start and their server's included; the list is asked for each time, but "
    "at the next Tab, which the list of the last one answers for ten minutes. The floor does the "
    "same with a gateway that lists one model."
)
_GOALS: Final = {
    "`antiphon models`, piped": 3.0,
    "`antiphon models model-19999`": 1.5,
    "Tab after `-m gate/org-7/model-19`": 1.5,
    "the next Tab": 1.1,
}


def run(bench: Bench) -> Table:
    """Times four commands against the long list, and against the short one."""
    with _gateway(1) as short, _gateway(_MANY) as long:
        kinds = {_FLOOR: _environment(bench, short), "ours": _environment(bench, long)}
        rows = [
            _row(bench, kinds, what, command)
            for what, command in zip(
                _GOALS,
                (
                    partial(_antiphon, bench, "models"),
                    partial(_antiphon, bench, "models", "model-19999"),
                    partial(_tab, bench),
                    partial(_next_tab, bench),
                ),
                strict=True,
            )
        ]
    return Table("listing", "A list of 20,000 models", rows, [_NOTE])


def _row(
    bench: Bench,
    kinds: Mapping[str, dict[str, str]],
    what: str,
    command: Callable[[dict[str, str]], float],
) -> Row:
    cases = {name: partial(command, env) for name, env in kinds.items()}
    times = interleaved(cases, bench.repetitions(7))
    floor, ours = (1000 * median(times[name]) for name in kinds)
    return Row(what, floor, ours, "ms", _FLOOR, _GOALS[what])


def _antiphon(bench: Bench, *arguments_and_env: Any) -> float:
    *arguments, env = arguments_and_env
    return _timed([bench.antiphon, *arguments], env)


def _tab(bench: Bench, env: dict[str, str]) -> float:
    with TemporaryDirectory(dir=bench.home) as cache:
        return _complete(bench, env | {"XDG_CACHE_HOME": cache})


def _next_tab(bench: Bench, env: dict[str, str]) -> float:
    with TemporaryDirectory(dir=bench.home) as cache:
        env = env | {"XDG_CACHE_HOME": cache}
        _complete(bench, env)
        return _complete(bench, env)


def _complete(bench: Bench, env: dict[str, str]) -> float:
    line = "antiphon ask hi -m gate/org-7/model-19"
    return _timed(
        [bench.antiphon], env | {"_ANTIPHON_COMPLETE": "bash_complete", "COMP_LINE": line}
    )


def _timed(command: list[str], env: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(
        command,
        env=env,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


def _environment(bench: Bench, port: int) -> dict[str, str]:
    row = {"type": "openai", "baseUrl": f"http://127.0.0.1:{port}/v1"}
    return bench.env | {
        "ANTIPHON_PROVIDERS": json.dumps({"gate": row}),
        "ANTIPHON_DISCOVERY__LOCAL_SERVERS": "false",
    }


@contextmanager
def _gateway(count: int) -> Generator[int]:
    """A server that lists `count` models in the form of OpenRouter; its port."""
    body = json.dumps({"data": [_model(number) for number in range(count)]}).encode()

    class Gateway(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it has
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()


def _model(number: int) -> dict[str, Any]:
    return {
        "id": f"org-{number % 10}/model-{number}",
        "name": f"Model {number}",
        "context_length": 128_000,
        "pricing": {"prompt": "0.0000015", "completion": "0.000002"},
    }
