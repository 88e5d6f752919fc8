"""A client of a server in this process, over a real socket pair and bare JSON-RPC."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from antiphon.lsp.transport.unix_listener import open_client
from antiphon_client.framing import Deframer, frame

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from antiphon.app.multi_client_server import MultiClientServer

PATIENCE_S = 20.0


class SocketClient:
    """What one client has sent and received."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._next_id = 0
        self._changed = asyncio.Event()
        self.answers: dict[int, dict[str, Any]] = {}
        self.log: list[dict[str, Any]] = []
        self.responses: dict[str, Callable[[Any], Any]] = {}
        """What requests of the server are answered with, by method; all others with `null`."""

    def send(self, **message: Any) -> None:
        self._writer.write(frame(json.dumps({"jsonrpc": "2.0", **message}).encode()))

    def begin(self, method: str, params: Any) -> int:
        """Sends a request; its id."""
        self._next_id += 1
        self.send(id=self._next_id, method=method, params=params)
        return self._next_id

    def begin_command(self, name: str, /, **argument: Any) -> int:
        """Sends a command; its request's id."""
        params = {"command": f"antiphon.{name}", "arguments": [argument]}
        return self.begin("workspace/executeCommand", params)

    def begin_broadcast(self, *models: str, prompt: str = "Hello", **more: Any) -> int:
        token = f"stream-{self._next_id}"
        return self.begin_command(
            "broadcast", prompt=prompt, models=models, streamToken=token, **more
        )

    async def answer(self, request_id: int) -> dict[str, Any]:
        """The whole reply to a request."""
        await self.until(lambda: request_id in self.answers)
        return self.answers[request_id]

    async def command(self, name: str, /, **argument: Any) -> Any:
        """A command's result, or the `data` of its error."""
        reply = await self.answer(self.begin_command(name, **argument))
        return reply["result"] if "result" in reply else reply["error"]["data"]

    async def ask(self, *models: str, **more: Any) -> dict[str, Any]:
        """A broadcast's whole reply."""
        return await self.answer(self.begin_broadcast(*models, **more))

    async def configure(self, section: Any) -> None:
        """Changes the client's configuration, and returns when it is applied."""
        params = {"settings": {"antiphon": section}}
        self.send(method="workspace/didChangeConfiguration", params=params)
        await self.command("config")

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    def sent(self, method: str) -> list[Any]:
        """The params of every message of the server with that method."""
        return [each.get("params") for each in self.log if each.get("method") == method]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Every event of all streams with that type."""
        found = [params["value"] for params in self.sent("$/progress")]
        return [
            event
            for value in found
            for event in (value.get("events") or [value])
            if event.get("type") == kind
        ]

    async def read(self) -> None:
        """Takes what the server sends until it closes."""
        deframer = Deframer()
        while data := await self._reader.read(65536):
            for body in deframer.feed(data):
                self._take(json.loads(body))
            self._changed.set()

    def _take(self, message: dict[str, Any]) -> None:
        self.log.append(message)
        if "method" not in message:
            self.answers[message["id"]] = message
        elif "id" in message:
            respond = self.responses.get(message["method"], lambda _: None)
            self.send(id=message["id"], result=respond(message["params"]))


@asynccontextmanager
async def connected(
    server: MultiClientServer,
    environ: Mapping[str, str],
    options: Mapping[str, Any],
    capabilities: Mapping[str, Any] | None = None,
    *,
    user: str | None = None,
) -> AsyncIterator[SocketClient]:
    """A client that is served until the block ends, and then ends in an orderly way."""
    near, far = socket.socketpair()
    for each in (near, far):
        each.setblocking(False)
    reader, writer = open_client(far)
    client = SocketClient(*await asyncio.open_connection(sock=near))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve_client(reader, writer, user=user, environ=environ))
        tasks.create_task(client.read())
        params = {"capabilities": capabilities or {}, "initializationOptions": options}
        await client.answer(client.begin("initialize", params))
        client.send(method="initialized", params={})
        try:
            yield client
        finally:
            client._writer.close()
