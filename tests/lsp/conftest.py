"""A client that speaks raw bytes to a connection, in this process or in one of its own."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from antiphon.lsp.transport.framing import FrameParser, encode_frame
from antiphon.lsp.transport.reader import open_reader
from antiphon.lsp.transport.writer import open_writer
from support import SUPPORT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from antiphon.lsp.rpc.connection import Connection

ECHO_SERVER = SUPPORT / "lsp" / "echo_server.py"
PATIENCE_S = 10.0


class Client:
    """The editor's side of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.parser = FrameParser()
        self.received: list[dict[str, Any]] = []
        self.exit_code: int | None = None
        self.process: asyncio.subprocess.Process | None = None

    def send(self, **message: Any) -> None:
        """Sends one message; `jsonrpc` is added."""
        self.send_body(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def send_body(self, body: bytes) -> None:
        """Sends one frame with any bytes in it."""
        self.writer.write(encode_frame(body))

    async def receive(self) -> dict[str, Any]:
        """The next message from the server."""
        with anyio.fail_after(PATIENCE_S):
            while not self.received:
                data = await self.reader.read(1 << 16)
                if not data:
                    raise EOFError
                self.received.extend(json.loads(body) for body in self.parser.feed(data))
        return self.received.pop(0)

    async def answer(self, request_id: Any) -> dict[str, Any]:
        """The reply with this id; what comes before it is dropped."""
        while True:
            message = await self.receive()
            if "method" not in message and message["id"] == request_id:
                return message

    async def ask(self, method: str, params: Any = None, request_id: Any = 1) -> dict[str, Any]:
        """Sends a request; its reply."""
        self.send(id=request_id, method=method, params=params)
        return await self.answer(request_id)

    async def command(self, name: str, argument: Any = None, request_id: Any = 1) -> dict[str, Any]:
        """Runs a command; its reply."""
        arguments = [] if argument is None else [argument]
        params = {"command": name, "arguments": arguments}
        return await self.ask("workspace/executeCommand", params, request_id)

    async def rest(self) -> list[dict[str, Any]]:
        """Everything up to the end of the server's output."""
        messages: list[dict[str, Any]] = []
        with contextlib.suppress(EOFError):
            while True:
                messages.append(await self.receive())
        return messages

    async def exited(self) -> int:
        """The exit code of the server's process."""
        assert self.process is not None
        with anyio.fail_after(PATIENCE_S):
            return await self.process.wait()


async def streams(
    read_fd: int, write_fd: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, asyncio.ReadTransport]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    incoming, _ = await loop.connect_read_pipe(lambda: protocol, os.fdopen(read_fd, "rb", 0))
    outgoing, flow = await loop.connect_write_pipe(
        asyncio.streams.FlowControlMixin, os.fdopen(write_fd, "wb", 0)
    )
    return reader, asyncio.StreamWriter(outgoing, flow, None, loop), incoming


@contextlib.asynccontextmanager
async def connected(connection: Connection, params: Any = None) -> AsyncIterator[Client]:
    """A client of `connection` over two real pipes; leaves by closing stdin."""
    server_in, client_out = os.pipe()
    client_in, server_out = os.pipe()
    reader, writer, incoming = await streams(client_in, client_out)
    client = Client(reader, writer)

    async def serve() -> None:
        client.exit_code = await connection.serve(
            open_reader(server_in), open_writer(server_out), params or {}
        )

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(serve)
        try:
            yield client
        finally:
            writer.close()
            incoming.close()


@contextlib.asynccontextmanager
async def spawned(*arguments: str, initialize: Any = None, **kwargs: Any) -> AsyncIterator[Client]:
    """A client of a server process; `initialize` is sent and its answer read where given."""
    command = arguments or (sys.executable, str(ECHO_SERVER))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, **{"stdin": pipe, "stdout": pipe, "limit": 1 << 20, **kwargs}
    )
    client = Client(process.stdout, process.stdin)
    client.process = process
    try:
        if initialize is not None:
            assert "result" in await client.ask("initialize", initialize, "init")
        yield client
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        client.writer.close()
        if process.stdout is not None:
            await process.stdout.read()
        await process.wait()


@pytest.fixture
def echo() -> Callable[..., Connection]:
    """Builds a connection with the handlers of `echo_server.py`."""
    spec = importlib.util.spec_from_file_location("echo_server", ECHO_SERVER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.build


@pytest.fixture(name="connected")
def connected_fixture() -> Callable[..., Any]:
    return connected


@pytest.fixture(name="spawned")
def spawned_fixture() -> Callable[..., Any]:
    return spawned
