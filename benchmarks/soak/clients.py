"""Clients that ask again and again, and remember by hash what each answer showed."""

from __future__ import annotations

import asyncio
import hashlib
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from benchmarks.harness.wire import Splitter, framed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

_PATIENCE_S: Final = 120.0


@dataclass
class Shown:
    """What all clients together asked for and were shown."""

    texts: dict[str, str] = field(default_factory=dict[str, str])
    """The SHA-256 of each answer's text, by the answer's id."""
    sessions: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """The ids of the answers of each session."""
    statuses: dict[str, int] = field(default_factory=dict[str, int])
    refused: dict[str, int] = field(default_factory=dict[str, int])
    """How many requests were answered with an error, by its kind."""
    problems: list[str] = field(default_factory=list[str])


class Client:
    """One client of a server at a Unix socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._ids = 0
        self._running: dict[str, list[str]] = {}
        self._ended: dict[str, str] = {}

    async def request(self, method: str, params: Any) -> dict[str, Any]:
        """Returns the whole response."""
        self._ids += 1
        future = asyncio.get_running_loop().create_future()
        self._waiting[self._ids] = future
        self._writer.write(framed({"id": self._ids, "method": method, "params": params}))
        return await asyncio.wait_for(future, _PATIENCE_S)

    async def command(self, name: str, **argument: Any) -> dict[str, Any]:
        """Returns the whole response to a command."""
        params = {"command": f"antiphon.{name}", "arguments": [argument]}
        return await self.request("workspace/executeCommand", params)

    async def ask_until(self, ends: float, model: str, streams: int, shown: Shown) -> None:
        """Asks for `streams` answers, again and again, until the monotonic clock shows `ends`."""
        while time.monotonic() < ends:
            reply = await self.command(
                "broadcast", prompt="Go on.", models=[f"loop/{model}"] * streams, streamToken="soak"
            )
            if "error" in reply:
                kind = reply["error"].get("data", {}).get("kind", "unknown")
                shown.refused[kind] = shown.refused.get(kind, 0) + 1
                await asyncio.sleep(0.5)  # a pace for requests that are refused at once
                continue
            self._note(reply["result"], streams, shown)

    def _note(self, result: dict[str, Any], streams: int, shown: Shown) -> None:
        answers = result["results"]
        if len(answers) != streams:
            shown.problems.append(f"{len(answers)} of {streams} answers in a result")
        shown.sessions[result["sessionId"]] = {each["messageId"] for each in answers}
        for each in answers:
            status, key = each["status"], each["messageId"]
            shown.statuses[status] = shown.statuses.get(status, 0) + 1
            text = "".join(self._running.pop(key, ()))
            whole = self._ended.pop(key, None)
            if whole != text:
                shown.problems.append(f"answer {key}: its end has another text than its events")
            shown.texts[key] = digest(text)

    async def read(self) -> None:
        """Takes what the server sends until it closes."""
        splitter = Splitter()
        while data := await self._reader.read(1 << 18):
            for body in splitter.feed(data):
                self._take(msgspec.json.decode(body))

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self._waiting.pop(message["id"]).set_result(message)
        elif "id" in message:
            self._writer.write(framed({"id": message["id"], "result": None}))
        elif message["method"] == "$/progress":
            for event in message["params"]["value"].get("events", ()):
                if event["type"] == "token":
                    self._running.setdefault(event["messageId"], []).append(event["text"])
                elif event["type"] in ("final", "error"):
                    self._ended[event["messageId"]] = event["content"]


def digest(text: str) -> str:
    """Returns the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@asynccontextmanager
async def connected(path: Path) -> AsyncGenerator[Client]:
    """Yields a client that is served until the block ends."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    client = Client(reader, writer)
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(client.read())
        await client.request("initialize", {"processId": None, "capabilities": {}})
        writer.write(framed({"method": "initialized", "params": {}}))
        try:
            yield client
        finally:
            reading.cancel()
            writer.close()


async def check(client: Client, shown: Shown) -> None:
    """Compares every answer in the history with what was shown of it."""
    for session, answers in shown.sessions.items():
        reply = await client.command("session.open", sessionId=session)
        if "error" in reply:
            shown.problems.append(f"session {session}: {reply['error']['message']}")
            continue
        found = [each for each in reply["result"]["messages"] if each["role"] == "assistant"]
        if sorted(each["id"] for each in found) != sorted(answers):
            shown.problems.append(f"session {session}: {len(found)} of {len(answers)} answers")
        for each in found:
            if shown.texts.get(each["id"]) != digest(each["content"]):
                shown.problems.append(f"answer {each['id']}: the history has another text")
