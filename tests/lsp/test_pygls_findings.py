"""What the installed pygls does wrong, and why commands do not run through it.

A test that fails here is good news: pygls has mended the fault. Look again at "pygls is not on the
hot path" in ARCHITECTURE.md then. With all of these mended, the cost of importing pygls is the one
reason that is left for a connection of our own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.lsp.rpc.jsonrpc import REQUEST_CANCELLED
from support import SUPPORT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

SERVER = SUPPORT / "lsp" / "pygls_server.py"
HELLO = {"processId": None, "rootUri": None, "capabilities": {}}
UNKNOWN = {"command": "test.unknown"}
MALFORMED = [
    {"method": "workspace/executeCommand"},
    {"method": "workspace/executeCommand", "params": {"arguments": []}},
    {"method": "workspace/executeCommand", "params": {"command": 5, "arguments": 5}},
    {"method": "workspace/executeCommand", "params": [UNKNOWN]},
    {"method": "textDocument/hover", "params": {"textDocument": {"uri": "file:///a"}}},
    {"method": "test/nested", "params": {"jsonrpc": "2.0"}},
    {"method": "workspace/executeCommand", "params": UNKNOWN, "jsonrpc": "1.0"},
]


@pytest.fixture
def go_on() -> Any:
    """A pipe that the plain function reads from: the end to read, the end to write."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


@pytest.fixture
async def client(spawned: Callable[..., Any], go_on: tuple[int, int]) -> AsyncIterator[Any]:
    """A client of a bare pygls server that has said hello."""
    options = {"pass_fds": [go_on[0]], "stderr": subprocess.DEVNULL, "initialize": HELLO}
    async with spawned(sys.executable, str(SERVER), str(go_on[0]), **options) as client:
        client.send(method="initialized", params={})
        yield client


async def started(client: Any, command: str) -> None:
    """Starts a command as request 7, and cancels that when it runs."""
    client.send(id=7, method="workspace/executeCommand", params={"command": command})
    assert (await client.receive())["method"] == "test/started"
    client.send(method="$/cancelRequest", params={"id": 7})


@pytest.mark.parametrize("command", ["test.coroutine", "test.thread"])
async def test_pygls_answers_the_cancel_of_a_command_and_lets_the_command_run_on(
    client: Any, command: str
) -> None:
    """A cancel must reach the command itself, which closes its connections and keeps its text.

    pygls cancels only its future of the request, answers, and forgets the command.
    If this fails, pygls passes the cancel on: see whether a run can give its result after it.
    """
    await started(client, command)
    assert (await client.receive())["error"]["code"] == REQUEST_CANCELLED
    client.send(method="test/release", params={})
    assert (await client.receive())["method"] == "test/finished"


async def test_pygls_hears_no_cancel_while_a_command_is_a_plain_function(
    client: Any, go_on: tuple[int, int]
) -> None:
    """A cancel must be heard while a command runs.

    pygls calls a plain function in its event loop, which reads nothing until the function returns.
    If this fails, plain functions run beside the loop: see how they learn of a cancel.
    """
    await started(client, "test.function")
    client.send(id=8, method="workspace/executeCommand", params=UNKNOWN)
    os.write(go_on[1], b".")
    assert (await client.receive())["method"] == "test/finished"
    reply = await client.receive()
    assert (reply["id"], reply["result"]) == (7, "result")
    assert (await client.answer(8))["error"]


async def test_pygls_leaves_malformed_requests_unanswered(client: Any) -> None:
    """Every request must be answered: an editor waits for ever, and holds what it waits with.

    pygls answers in order, so the reply to a later request proves that these get none.
    If this fails, pygls answers them: compare with `MALFORMED` in test_language.py.
    """
    for number, message in enumerate(MALFORMED, 100):
        client.send(**{"id": number, **message})
    assert await answered_before_a_later_request(client) == []


async def test_pygls_leaves_bodies_unanswered_that_are_not_json(client: Any) -> None:
    """JSON-RPC 2.0 wants `-32700` here, with the id `null` if no other can be read.

    If this fails, pygls answers them: compare with `tests/lsp/test_salvage.py`.
    """
    client.send_body(b"{")
    client.send_body(b"\xff")
    client.send_body(b'{"jsonrpc":"2.0","id":7,"method":}')
    client.send_body(b"[" * 9_999)
    assert await answered_before_a_later_request(client) == []


async def test_pygls_leaves_a_request_after_shutdown_unanswered(client: Any) -> None:
    """LSP wants `InvalidRequest` here, so that a client which shuts down late does not hang.

    If this fails, pygls answers it: compare with `Lifecycle.refusal`.
    """
    assert (await client.ask("shutdown", None, 6))["result"] is None
    client.send(id=7, method="workspace/executeCommand", params=UNKNOWN)
    client.send(method="exit")
    assert await client.rest() == []
    assert await client.exited() == 0


async def answered_before_a_later_request(client: Any) -> list[Any]:
    """The ids of all replies that come before the reply to a request that is sent now."""
    client.send(id=8, method="workspace/executeCommand", params=UNKNOWN)
    found: list[Any] = []
    while (message := await client.receive()).get("id") != 8:
        if "method" not in message:
            found.append(message["id"])
    return found
