"""A provider that fails on demand, in two dialects, as a process of its own.

    python -m support.faults.server        prints a line of JSON with its ports; ends with stdin

The scenario is the model's name (`fault_scenarios`). `tag:NAME` in the prompt makes the text say
whose it is. It speaks OpenAI's dialect at `…/v1/chat/completions` and `…/v1/models` (Groq's paths
end so too), Gemini's at `/v1beta/models` and `/v1beta/models/MODEL:streamGenerateContent`, and has

    GET  /_journal    every request and connection since the last reset
    POST /_reset      forgets them, and the counts of `…-then-ok`
    …    /faults/NAME/…  plays scenario NAME for any request
    POST /_release    opens the gates that streams wait at: {"tag": …}, {"number": …} or {}: all
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import ssl
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.faults.dialects import GEMINI, OPENAI, Dialect
from support.faults.scenarios import refusal, scenario_for
from support.faults.stream import Record, Stream

if TYPE_CHECKING:
    from support.faults.streams import Scenario

CERTIFICATE = Path(__file__).with_name("test_only_certificate.pem")
TAP = os.environ.get("CANARY_TAP")
ASKED = re.compile(r".*/v1beta/models/([^:]+):streamGenerateContent\b")
MODELS = ["ok", "ok-slow", "s401", "s429-then-ok", "cut", "stall-mid"]


class FaultServer:
    """Everything that the connections share."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self.tasks = tasks
        self.sink = ""
        self.reset()

    def reset(self) -> None:
        """Forgets what was."""
        self.records: list[Record] = []
        self.connections: list[dict[str, Any]] = []
        self.streams: dict[int, Stream] = {}
        self.asked: dict[tuple[str, str], int] = {}
        """How often a model was asked under a tag."""

    def release(self, which: dict[str, Any]) -> int:
        """Opens gates; says how many were held."""
        held = [
            stream
            for stream in self.streams.values()
            if stream.record.held
            and which.get("tag", stream.record.tag) == stream.record.tag
            and which.get("number", stream.record.number) == stream.record.number
        ]
        for stream in held:
            stream.released.set()
        return len(held)


class Connection(asyncio.Protocol):
    """One connection: requests one after the other."""

    def __init__(self, server: FaultServer, port: str) -> None:
        self.server = server
        self.port = port
        self.received = bytearray()
        self.task: asyncio.Task[None] | None = None
        self.stream: Stream | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.entry = {
            "number": len(self.server.connections),
            "port": self.port,
            "opened": time.monotonic(),
            "closed": None,
            "requests": 0,
        }
        self.server.connections.append(self.entry)

    def connection_lost(self, exc: Exception | None) -> None:
        self.entry["closed"] = time.monotonic()
        if self.task is not None:
            self.task.cancel()

    def pause_writing(self) -> None:
        if self.stream is not None:
            self.stream.writable.clear()

    def resume_writing(self) -> None:
        if self.stream is not None:
            self.stream.writable.set()

    def data_received(self, data: bytes) -> None:
        self.received += data
        self.next_request()

    def next_request(self) -> None:
        """Starts on the next request where it is all there."""
        end = self.received.find(b"\r\n\r\n")
        if self.task is not None or end < 0:
            return
        first, *lines = self.received[:end].decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        length = int(headers.get("content-length", 0))
        if len(self.received) < end + 4 + length:
            return
        body = bytes(self.received[end + 4 : end + 4 + length])
        del self.received[: end + 4 + length]
        method, path, _ = first.split(" ", 2)
        self.entry["requests"] += 1
        if TAP is not None and not path.startswith("/_"):
            keep_request(self.port, path, headers, body)
        self.task = self.server.tasks.create_task(self.serve(method, path, headers, body))

    async def serve(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        """Answers one request, then looks for the next."""
        try:
            value: dict[str, Any] = json.loads(body or b"{}")
        except ValueError:
            self.transport.write(b"HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n")
            self.transport.close()
            return
        if path.startswith("/_"):
            self.control(path, value)
            keep = True
        else:
            keep = await self.play(method, path, headers, value)
        self.task = None
        if not keep:
            self.transport.close()
        self.next_request()

    def control(self, path: str, value: dict[str, Any]) -> None:
        """The journal and the gates."""
        server = self.server
        answer: dict[str, Any] = {}
        if path == "/_journal":
            answer["requests"] = [record.to_json() for record in server.records]
            answer["connections"] = [
                entry for entry in server.connections if entry is not self.entry
            ]
        elif path == "/_release":
            answer["released"] = server.release(value)
        elif path == "/_reset":
            server.reset()
            server.connections.append(self.entry)
        self.plain(json.dumps(answer).encode())

    def plain(self, body: bytes) -> None:
        """A whole JSON answer."""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self.transport.write(head.encode() + b"\r\n\r\n" + body)

    async def play(
        self, method: str, path: str, headers: dict[str, str], body: dict[str, Any]
    ) -> bool:
        """Plays the scenario that the model names; whether the connection can be kept."""
        server = self.server
        dialect = GEMINI if "/v1beta/" in path else OPENAI
        record = self.record(path, headers, body, dialect)
        stream = self.stream = Stream(self.transport, record, server.sink, dialect)
        server.streams[record.number] = stream
        if self.transport.is_closing():
            return False
        key = (record.model, record.tag)
        server.asked[key] = server.asked.get(key, 0) + 1
        try:
            times = server.asked[key]
            await self.scenario(method, path, record.model, times, dialect)(stream)
            record.ended_by = "server"
        except Exception:  # noqa: BLE001 - one scenario's mistake must not end the others
            traceback.print_exc()
            record.ended_by = "mistake"
            stream.cut()
        finally:
            record.closed = time.monotonic()
            record.ended_by = record.ended_by or "client"
            server.streams.pop(record.number, None)
        return stream.keep_alive

    def record(
        self, path: str, headers: dict[str, str], body: dict[str, Any], dialect: Dialect
    ) -> Record:
        """Enters a request into the journal."""
        tag = re.search(r"\btag:([\w.-]+)", dialect.turns(body)[1])
        asked = ASKED.match(path)
        record = Record(
            number=len(self.server.records),
            connection=self.entry["number"],
            port=self.port,
            path=path,
            model=asked[1] if asked else str(body.get("model", "")),
            tag=tag[1] if tag else "",
            headers=headers,
            body=body,
        )
        self.server.records.append(record)
        return record

    def scenario(
        self, method: str, path: str, model: str, times: int, dialect: Dialect
    ) -> Scenario:
        """What to do with a request."""
        if found := re.match(r"/faults/([\w-]+)/", path):
            return scenario_for(found[1], times, dialect)
        if method == "GET" and path.partition("?")[0].endswith("/models"):
            return list_of_models
        if path.endswith("/v1/chat/completions") or ASKED.match(path):
            return scenario_for(model, times, dialect)
        return refusal(404, b"Not Found", {})


def keep_request(port: str, path: str, headers: dict[str, str], body: bytes) -> None:
    """Keeps a request for who watches the run for keys (`tests/canaries`)."""
    request = {"port": port, "path": path, "headers": headers, "body": body.decode("latin-1")}
    with Path(f"{TAP}/{os.getpid()}.requests").open("a", encoding="ascii") as kept:
        kept.write(json.dumps(request) + "\n")


async def list_of_models(stream: Stream) -> None:
    """What a few of the scenarios look like as a list."""
    body = json.dumps(stream.dialect.listed(MODELS))
    await stream.answer(200, body.encode(), "application/json")


async def until_stdin_ends() -> None:
    """Returns when whoever started this process is gone."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


async def main() -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE)
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as tasks:
        server = FaultServer(tasks)
        ports: dict[str, int] = {}
        for name in ("plain", "tls", "sink"):
            listener = await loop.create_server(
                lambda name=name: Connection(server, name),
                "127.0.0.1",
                0,
                ssl=tls if name == "tls" else None,
                backlog=1024,
            )
            ports[name] = listener.sockets[0].getsockname()[1]
        server.sink = f"http://127.0.0.1:{ports['sink']}"
        print(json.dumps(ports), flush=True)
        await until_stdin_ends()
        raise SystemExit(0)


if __name__ == "__main__":
    asyncio.run(main())
