"""An LSP client of bare JSON-RPC over two pipes: nothing in it is Antiphon's.

It reads only while somebody waits, so a test decides when the client listens, and it answers every
request of the server with `null`, unless a test says otherwise.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import time
from typing import IO, TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

PATIENCE_S = 10.0


class RawClient:
    """The editor's side of one server process."""

    SILENCE: ClassVar = object()
    """What stands in `responses` for no response at all."""

    def __init__(
        self, command: Sequence[str], environ: dict[str, str], cwd: Path, stderr: Path
    ) -> None:
        with stderr.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environ,
                cwd=cwd,
                bufsize=0,
            )
        assert process.stdin is not None
        assert process.stdout is not None
        self.prepare(process, process.stdin, process.stdout.fileno())

    def prepare(self, process: subprocess.Popen[bytes], stdin: IO[bytes], stdout: int) -> None:
        """Begins with nothing said, on what leads to the server and comes from it."""
        self.process, self._stdin, self._stdout = process, stdin, stdout
        self._received = bytearray()
        self.received_bytes = 0
        self.keeps_raw = False
        self.raw = bytearray()
        """Every byte from the server, where `keeps_raw` was set before."""
        self._next_id = 0
        self.log: list[dict[str, Any]] = []
        """Every message from the server, in order."""
        self.answers: dict[Any, dict[str, Any]] = {}
        self.responses: dict[str, Any] = {}
        """What requests of the server are answered with, by method; all others with `null`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._stdin.close()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def kill(self) -> None:
        """Ends the process with SIGKILL."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def leave(self) -> None:
        """Ends the session as editors do, and the server with it, whose exit code has to be 0."""
        self.ask("shutdown")
        self.notify("exit", None)
        self.read_to_end()
        self.end_server()
        assert self.process.wait(PATIENCE_S) == 0

    def hang_up(self) -> None:
        """Sends nothing more, without a word about it."""
        self._stdin.close()

    def end_server(self) -> None:
        """Ends a server that goes on without its client, which this one does not."""

    # What goes out.

    def send_body(self, *bodies: bytes) -> None:
        """Sends frames with any bytes in them."""
        self._stdin.write(b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(b), b) for b in bodies))

    def send(self, **message: Any) -> None:
        self.send_body(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def notify(self, method: str, params: Any) -> None:
        self.send(method=method, params=params)

    def request(self, method: str, params: Any = None) -> int:
        """Sends a request; its id."""
        self._next_id += 1
        self.send(id=self._next_id, method=method, params=params)
        return self._next_id

    def command(self, name: str, argument: Any, **more: Any) -> int:
        """Sends a command; its request's id."""
        params = {"command": name, "arguments": [argument], **more}
        return self.request("workspace/executeCommand", params)

    # What comes in.

    def answer(self, request_id: Any, within_s: float = PATIENCE_S) -> dict[str, Any]:
        """The whole reply to a request."""
        self.until(lambda: request_id in self.answers, within_s)
        return self.answers[request_id]

    def ask(self, method: str, params: Any = None) -> dict[str, Any]:
        return self.answer(self.request(method, params))

    def run(self, name: str, argument: Any, **more: Any) -> dict[str, Any]:
        """A command's whole reply."""
        return self.answer(self.command(name, argument, **more))

    def until(self, condition: Callable[[], object], within_s: float = PATIENCE_S) -> None:
        """Reads until the condition holds."""
        end = time.monotonic() + within_s
        while not condition():
            if not self.read(end - time.monotonic()):
                last = [str(message)[:200] for message in self.log[-5:]]
                raise TimeoutError(f"not within {within_s} s; the last messages: {last}")

    def read(self, within_s: float) -> bool:
        """Takes in what there is; false where nothing came in time or nothing can come."""
        if within_s <= 0 or not select.select([self._stdout], [], [], within_s)[0]:
            return False
        try:
            data = os.read(self._stdout, 1 << 16)
        except ConnectionResetError:  # a socket, whose other end was killed
            data = b""
        self._received += data
        self.raw += data if self.keeps_raw else b""
        self.received_bytes += len(data)
        for message in self._messages():
            self.log.append(message)
            self._take(message)
        return bool(data)

    def read_to_end(self) -> None:
        """Takes in everything up to the end of the server's output."""
        while self.read(PATIENCE_S):
            pass

    def notifications(self, method: str) -> list[Any]:
        """The params of all notifications of that method."""
        return [
            message["params"]
            for message in self.log
            if message.get("method") == method and "id" not in message
        ]

    def asked(self, method: str) -> list[Any]:
        """The params of all requests of that method that the server sent."""
        return [
            message["params"]
            for message in self.log
            if message.get("method") == method and "id" in message
        ]

    def progress(self, token: int | str) -> list[Any]:
        """The values of all progress under a token."""
        return [
            params["value"]
            for params in self.notifications("$/progress")
            if params["token"] == token and type(params["token"]) is type(token)
        ]

    def events(self, token: int | str) -> list[dict[str, Any]]:
        """The stream events under a token."""
        return [event for value in self.progress(token) for event in value["events"]]

    def _messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            length = int(self._received[:end].split(b":")[1])
            if len(self._received) < end + 4 + length:
                break
            found.append(json.loads(self._received[end + 4 : end + 4 + length]))
            del self._received[: end + 4 + length]
        return found

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            assert message["id"] not in self.answers or message["id"] is None, "answered twice"
            self.answers[message["id"]] = message
        elif "id" in message and self.process.poll() is None:
            response = self.responses.get(message["method"])
            if response is not self.SILENCE:
                self.send(id=message["id"], result=response)
