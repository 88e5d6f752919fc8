"""Mutated messages: no request stays unanswered, and nothing ends the server."""

from __future__ import annotations

import copy
import json
import random

import anyio
import pytest

from antiphon.lsp.rpc.message import Dropped, Notification, Refused, Request, Response, decode

SEEDS = [
    {"id": 1, "method": "test/echo", "params": {"a": [1, 2.5, None, "ä"], "b": {"c": True}}},
    {"id": "s", "method": "workspace/executeCommand", "params": {"command": "test.echo"}},
    {
        "id": 3,
        "method": "workspace/executeCommand",
        "params": {"command": "test.typed", "arguments": [{"prompt": "p", "models": ["a/b"]}]},
    },
    {"id": 4, "method": "textDocument/documentSymbol", "params": {"textDocument": {"uri": "a:b"}}},
    {"id": 5, "method": "test/fail"},
    {"id": 6, "method": "test/refuse", "params": {"kind": "not_found"}},
    {"method": "$/cancelRequest", "params": {"id": 1}},
    {"method": "window/workDoneProgress/cancel", "params": {"token": "t"}},
    {"method": "workspace/didChangeConfiguration", "params": {"settings": {}}},
    {
        "method": "textDocument/didOpen",
        "params": {
            "textDocument": {"uri": "file:///a", "languageId": "x", "version": 1, "text": "a\nb"}
        },
    },
    {"id": 7, "result": {"a": 1}},
    {"id": 8, "error": {"code": -1, "message": "no"}},
]
ODD_VALUES = [
    None, True, False, -1, 1.5, 10**30, "", "\ud800", [], {}, [[]], float("nan"), float("inf"),
    "x" * 300, {"class": 1}, "exit", "shutdown",
]  # fmt: skip
ODD_BYTES = [b"", b"\0", b"\xff", b"{", b"}", b"[", b'"', b"\\", b",", b"9" * 40, b"\xed\xa0\x80"]


def mutate(rng: random.Random) -> bytes:
    """One message that was changed in its structure, in its bytes, or in both."""
    message = {"jsonrpc": "2.0", **json.loads(json.dumps(rng.choice(SEEDS)))}
    for _ in range(rng.randrange(3)):
        key = rng.choice([*message, "id", "method", "params", "jsonrpc", "extra"])
        if rng.random() < 0.3:
            message.pop(key, None)
        elif isinstance(message.get(key), dict) and rng.random() < 0.6:
            inner = message[key]
            inner[rng.choice([*inner, "x"])] = copy.deepcopy(rng.choice(ODD_VALUES))
        else:
            message[key] = copy.deepcopy(rng.choice(ODD_VALUES))
    body = json.dumps(message).encode()
    for _ in range(rng.choice([0, 0, 0, 1, 3])):
        at = rng.randrange(len(body) + 1)
        body = body[:at] + rng.choice(ODD_BYTES) + body[at + rng.randrange(3) :]
    return body


def is_end(item: object) -> bool:
    """Whether a mutation happened to make a message that ends the server, as it should."""
    return isinstance(item, Request | Notification) and item.method in ("shutdown", "exit")


def wants_an_answer(body: bytes) -> bool:
    """Whether `body` is a request to a reader that knows nothing of our decoder."""
    try:
        message = json.loads(body)
    except ValueError:
        return False
    return not isinstance(message, dict) or {"id", "method"} <= message.keys()


def owed(expected: list[object]) -> dict[str, int]:
    """How many answers each id must get, by what the messages are."""
    counts: dict[str, int] = {}
    for item in expected:
        if isinstance(item, Request | Refused):
            counts[repr(item.id)] = counts.get(repr(item.id), 0) + 1
    return counts


@pytest.mark.timeout(110)
async def test_20000_mutated_messages_get_exactly_their_answers(connected, echo):
    rng = random.Random(20_000)
    kinds = set()
    async with connected(echo(), {"capabilities": {}}) as client:
        sent = 0
        while sent < 20_000:
            bodies = [body for _ in range(100) if not is_end(decode(body := mutate(rng)))]
            sent += len(bodies)
            items = [decode(body) for body in bodies]
            counts, kinds = owed(items), kinds | {type(item) for item in items}
            for body, item in zip(bodies, items, strict=True):
                assert isinstance(item, Request | Refused) or not wants_an_answer(body)
            for body in bodies:
                client.send_body(body)
            for _ in range(sum(counts.values())):
                message = await client.receive()
                while "method" in message:
                    message = await client.receive()
                assert ("result" in message) != ("error" in message)
                counts[repr(message["id"])] -= 1
            assert not any(counts.values())
        assert (await client.ask("test/echo", 5, "alive"))["result"] == 5
    assert kinds == {Request, Notification, Response, Refused, Dropped}


async def test_hundreds_of_mutated_streams_over_a_real_pipe_leave_the_process_alive(spawned):
    rng = random.Random(300)
    headers = [
        b"Content-Length: -1\r\n\r\n", b"Content-Length: 99999999999999\r\n\r\n", b"\r\n",
        b"x: y\r\n", b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"content-length:2\n\n{}", b"rubbish\n",
    ]  # fmt: skip
    async with spawned(initialize={"processId": None, "capabilities": {}}) as client:
        for number in range(300):
            body = mutate(rng)
            if is_end(decode(body)):
                continue
            if rng.random() < 0.3:
                client.writer.write(rng.choice(headers))
            client.send_body(body)
            if number % 20 == 0:
                # Damaged framing may swallow what follows it, so the probe comes in a second frame.
                client.send(method="noise")
                assert (await client.ask("test/echo", number, f"alive {number}"))[
                    "result"
                ] == number
        await anyio.lowlevel.checkpoint()
        assert client.process.returncode is None
