"""Prints the way of one lone token from its provider to the pipe, and how long that way is.

A whole server runs in this process: its connection over two real pipes, its history in a real
SQLite file, and a provider that a script plays. `sys.setprofile` sees every Python frame that is
entered on the event loop's thread and on the database's, a coroutine that goes on included.

    .venv/bin/python scripts/trace_token.py              the way of one token
    .venv/bin/python scripts/trace_token.py --broadcast  the modules up to a run's first event
    .venv/bin/python scripts/trace_token.py --json       the figures alone

`our_frames` are Antiphon's, `functions` and `modules` are those in which one of them is; `frames`
are all, those of the standard library, of anyio and of aiosqlite too (marked with a dot), and of
generated code, such as the `__init__` of a dataclass. A token is lone if all before it has been
shown: nothing waits, and no meter is due.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence
    from types import FrameType

    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Delta

SERVER: Final = Path(__file__).resolve().parent.parent / "server"
MODEL: Final = "demo/terse"
QUIET_S: Final = 0.15
"""Longer than any frame of a short answer, shorter than the time between two meters."""
LONE: Final = " lone"
BROADCAST_ID: Final = 2


@dataclass(slots=True)
class Step:
    """One Python frame that was entered."""

    module: str
    function: str
    depth: int
    thread: str
    is_ours: bool


@dataclass(slots=True)
class Way:
    """The frames between two points in time, in the order of their entry."""

    steps: list[Step] = field(default_factory=list[Step])

    def figures(self) -> dict[str, int]:
        """How long the way is."""
        ours = [step for step in self.steps if step.is_ours]
        return {
            "frames": len(self.steps),
            "our_frames": len(ours),
            "functions": len({(step.module, step.function) for step in ours}),
            "modules": len({step.module for step in ours}),
            "threads": len({step.thread for step in self.steps}),
        }

    def modules(self) -> list[str]:
        """Antiphon's modules in the order in which they are entered."""
        return list(dict.fromkeys(step.module for step in self.steps if step.is_ours))


class Walk:
    """One broadcast to one pane, recorded up to its first event and around one token."""

    def __init__(self) -> None:
        self.broadcast = Way()
        self.token = Way()
        self._recorded: Way | None = None
        self._loop: asyncio.AbstractEventLoop
        self._meter_shown: asyncio.Future[None]
        self._lone_shown: asyncio.Future[None]

    async def answer(self, _: object, __: ChatRequest) -> AsyncGenerator[Delta, None]:
        """Plays a provider: text until a meter was shown, then silence, then one token."""
        from antiphon.engine.ports.deltas import Connected, Finished, Text  # noqa: PLC0415

        self._loop = asyncio.get_running_loop()
        self._meter_shown, self._lone_shown = self._loop.create_future(), self._loop.create_future()
        yield Connected()
        yield Text("First")
        while not self._meter_shown.done():
            await asyncio.sleep(0.03)
            yield Text(" more")
        await asyncio.sleep(QUIET_S)
        self._recorded = self.token
        yield Text(LONE)
        await self._lone_shown
        yield Finished("stop", "complete")

    def watch(self) -> None:
        """Has Python report the frames of this thread and of all that start later."""
        threading.setprofile(self._entered)
        sys.setprofile(self._entered)

    def sent(self, message: dict[str, Any]) -> None:
        """Begins to record if `message`, which the client is about to send, is the broadcast."""
        if message.get("id") == BROADCAST_ID:
            self._recorded = self.broadcast

    def written(self, data: bytes) -> None:
        """Ends a record if these bytes, about to reach the pipe, are what it waits for."""
        end = b'"type":"token"' if self._recorded is self.token else b'"events"'
        if end in data:
            self._recorded = None

    def received(self, message: dict[str, Any]) -> None:
        """Lets the provider go on if the client has seen what it waits for."""
        if message.get("method") != "$/progress":
            return
        for event in message["params"]["value"].get("events", ()):
            if event["type"] == "meter":
                self._loop.call_soon_threadsafe(_resolve, self._meter_shown)
            if event["type"] == "token" and event["text"] == LONE:
                self._loop.call_soon_threadsafe(_resolve, self._lone_shown)

    def _entered(self, frame: FrameType, event: str, _: object) -> None:
        way, file = self._recorded, frame.f_code.co_filename
        if way is None or event != "call" or file == __file__:
            return
        if "importlib" in file or _is_loading(frame):
            return  # loading a module is no part of the way through it
        way.steps.append(
            Step(
                module=str(frame.f_globals.get("__name__")),
                function=frame.f_code.co_qualname,
                depth=_depth(frame),
                thread=threading.current_thread().name,
                is_ours=file.startswith(str(SERVER)),
            )
        )


def _is_loading(frame: FrameType | None) -> bool:
    """Whether one of Antiphon's modules is being imported."""
    while frame is not None:
        code = frame.f_code
        if code.co_name == "<module>" and code.co_filename.startswith(str(SERVER)):
            return True
        frame = frame.f_back
    return False


def _depth(frame: FrameType | None) -> int:
    """The number of Antiphon's frames on the stack."""
    depth = 0
    while frame is not None:
        depth += frame.f_code.co_filename.startswith(str(SERVER))
        frame = frame.f_back
    return depth


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


class Client(threading.Thread):
    """An editor of few words: starts a server, broadcasts one prompt and leaves."""

    def __init__(self, walk: Walk, stdin: BinaryIO, stdout: BinaryIO) -> None:
        super().__init__(name="client", daemon=True)
        self._walk = walk
        self._stdin = stdin
        self._stdout = stdout

    def run(self) -> None:
        """Speaks with the server up to its end."""
        sys.setprofile(None)
        self._request(0, "initialize", {"capabilities": {}})
        argument = {"prompt": "Go.", "models": [MODEL]}
        self._command(1, "antiphon.estimate", argument)  # what runs need is made once
        self._command(BROADCAST_ID, "antiphon.broadcast", {**argument, "streamToken": 1})
        self._request(3, "shutdown", None)
        self._send({"method": "exit"})

    def _command(self, number: int, name: str, argument: dict[str, Any]) -> None:
        self._request(
            number, "workspace/executeCommand", {"command": name, "arguments": [argument]}
        )

    def _request(self, number: int, method: str, params: Any) -> None:
        self._send({"id": number, "method": method, "params": params})
        for message in self._messages():
            self._walk.received(message)
            if message.get("id") == number and "method" not in message:
                if "error" in message:
                    raise RuntimeError(f"{method} failed: {message['error']}")
                return
        raise RuntimeError(f"The server left before it answered {method}.")

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._walk.sent(message)
        self._stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._stdin.flush()

    def _messages(self) -> Iterator[dict[str, Any]]:
        while line := self._stdout.readline():
            length = int(line.removeprefix(b"Content-Length: "))
            self._stdout.readline()
            yield json.loads(self._stdout.read(length))


def walk(folder: Path) -> Walk:
    """Serves one client in this process and records its broadcast."""
    os.environ |= {
        "ANTIPHON_CONFIG": str(folder / "none.toml"),
        "ANTIPHON_HISTORY__URL": f"sqlite:///{(folder / 'history.db').as_posix()}",
        "ANTIPHON_LOG__FILE": "-",
        "ANTIPHON_LOG__LEVEL": "error",  # how a line of the log is made is another story
        "ANTIPHON_DISCOVERY__LOCAL_SERVERS": "false",
    }
    (folder / "none.toml").touch(mode=0o600)
    from antiphon import app  # noqa: PLC0415 - after the environment is set
    from antiphon.lsp import startup  # noqa: PLC0415 - likewise
    from antiphon.providers.demo.provider import DemoProvider  # noqa: PLC0415 - likewise

    walked = Walk()
    writev = os.writev

    def observed_writev(fd: int, buffers: Sequence[bytes], /) -> int:
        walked.written(b"".join(buffers))
        return writev(fd, buffers)

    def play(self: DemoProvider, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        return walked.answer(self, request)

    os.writev = observed_writev
    DemoProvider.stream = play
    stdin, to_stdin = os.pipe()
    from_stdout, stdout = os.pipe()
    client = Client(walked, os.fdopen(to_stdin, "wb"), os.fdopen(from_stdout, "rb"))
    client.start()
    walked.watch()
    exit_code = app.serve(startup.answer_initialize(stdin, stdout))
    sys.setprofile(None)
    client.join()
    if exit_code != 0:
        sys.exit("The server ended before the way was complete.")
    return walked


def main() -> None:
    """Prints one of the two ways, or the figures of both."""
    parser = argparse.ArgumentParser(description="Prints the way of a token or of a run.")
    parser.add_argument("--broadcast", action="store_true", help="up to a run's first event")
    parser.add_argument("--json", action="store_true", help="the figures of both ways, as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        walked = walk(Path(folder))
    if options.json:
        figures = {"token": walked.token.figures(), "broadcast": walked.broadcast.figures()}
        print(json.dumps(figures, indent=2))
    elif options.broadcast:
        modules = walked.broadcast.modules()
        print(*modules, sep="\n")
        print(f"{len(modules)} modules")
    else:
        for step in walked.token.steps:
            mark = " " if step.is_ours else "·"
            print(f"{step.thread[:12]:12} {mark} {'  ' * step.depth}{step.module}:{step.function}")
        print(", ".join(f"{count} {name}" for name, count in walked.token.figures().items()))


if __name__ == "__main__":
    main()
