"""A JSON-RPC server in a process of its own, and the leanest client that can time it.

One thread, blocking reads with a bound: what is measured is the server, not this side.
"""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Self

import msgspec

from benchmarks.harness.wire import Splitter, framed, is_answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PATIENCE_S: Final = 120.0
_READ_BYTES: Final = 1 << 18


class Peer:
    """A started server. `started` is the moment right before it was spawned."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(env),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.prepare(self._process.stdin.fileno(), self._process.stdout.fileno())

    def prepare(self, to_server: int, from_server: int) -> None:
        """Begins with nothing said, on what leads to the server and comes from it."""
        self._in, self._out = to_server, from_server
        self._splitter = Splitter()
        self._ids = 0
        self.waiting: deque[bytes] = deque()
        """Bodies that were read and not looked at."""

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._process.pid

    def send(self, method: str, params: Any) -> int:
        """Sends a request; its id."""
        self._ids += 1
        self._write({"id": self._ids, "method": method, "params": params})
        return self._ids

    def command(self, name: str, argument: Any) -> int:
        """Sends a command; its id."""
        return self.send("workspace/executeCommand", {"command": name, "arguments": [argument]})

    def notify(self, method: str, params: Any) -> None:
        """Sends a notification."""
        self._write({"method": method, "params": params})

    def read(self, timeout_s: float = PATIENCE_S) -> bool:
        """Reads once what has come; false where nothing came in time."""
        if not select.select([self._out], [], [], max(0.0, timeout_s))[0]:
            return False
        data = os.read(self._out, _READ_BYTES)
        if not data:
            raise ConnectionError(f"the server ended with {self.exit_code()}")
        self.waiting.extend(self._splitter.feed(data))
        return True

    def bodies(self) -> list[bytes]:
        """What has been read, once."""
        taken = list(self.waiting)
        self.waiting.clear()
        return taken

    def until(self, marker: bytes, *, deadline_s: float = PATIENCE_S) -> float:
        """Reads until a notification holds `marker`; when that was. Drops what came before."""
        ends = time.perf_counter() + deadline_s
        while True:
            while self.waiting:
                body = self.waiting.popleft()
                if marker in body:
                    return time.perf_counter()
            if not self.read(ends - time.perf_counter()):
                raise TimeoutError(f"{marker!r} did not come within {deadline_s} s")

    def answer(self, request_id: int) -> tuple[Any, list[bytes]]:
        """The result of a request, and every other body that came before it."""
        others: list[bytes] = []
        ends = time.perf_counter() + PATIENCE_S
        while True:
            while self.waiting:
                body = self.waiting.popleft()
                if is_answer(body):
                    message = msgspec.json.decode(body)
                    if message.get("id") == request_id:
                        return result_of(message), others
                others.append(body)
            if not self.read(ends - time.perf_counter()):
                raise TimeoutError(f"request {request_id} was not answered")

    def ask(self, method: str, params: Any) -> Any:
        """Sends a request and gives its result."""
        return self.answer(self.send(method, params))[0]

    def initialize(self) -> float:
        """Says hello; the seconds from the spawn to the answer. `initialized` is sent after it."""
        self.ask("initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": {}})
        took = time.perf_counter() - self.started
        self.notify("initialized", {})
        return took

    def health(self) -> Any:
        """Asks our server the cheapest command."""
        return self.answer(self.command("antiphon.health", {}))[0]

    def fileno(self) -> int:
        """Where the server's bytes come from, for `select`."""
        return self._out

    def exit_code(self) -> int | None:
        """How a server ended that sends nothing more; `None` if that is another's to know."""
        return self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _write(self, message: dict[str, Any]) -> None:
        data = framed(message)
        while data:
            data = data[os.write(self._in, data) :]


def result_of(message: dict[str, Any]) -> Any:
    """The result in a response. Raises `RuntimeError` where it is an error."""
    if "error" in message:
        raise RuntimeError(f"refused: {message['error']}")
    return message["result"]
