"""`initialize` is answered first, and fast."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import anyio
import pytest

from antiphon.lsp.capabilities import initialize_result
from antiphon.lsp.rpc.jsonrpc import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    PARSE_ERROR,
    SERVER_NOT_INITIALIZED,
)
from antiphon.lsp.startup import ClientLeft, answer_initialize
from antiphon.lsp.transport.framing import FrameParser, encode_frame

ALLOWED = {
    "antiphon",
    "antiphon.lsp",
    "antiphon.lsp.capabilities",
    "antiphon.lsp.startup",
    "antiphon.lsp.transport",
    "antiphon.lsp.transport.framing",
    "antiphon.lsp.rpc",
    "antiphon.lsp.rpc.jsonrpc",
    "pydantic.plugin._loader",  # an empty stand-in, so that it is never imported
}

PROBE = """
import sys
base = set(sys.modules)
from antiphon import __main__
import json, os
stdlib = set(sys.modules)
write = os.write
def hook(fd, data):
    names = sorted(set(sys.modules) - stdlib - {"antiphon.app"})
    write(2, (json.dumps(names) + "\\n").encode())
    return write(fd, data)
os.write = hook
sys.modules["antiphon.app"] = type(sys)("antiphon.app")
sys.modules["antiphon.app"].serve = lambda early: 7
import antiphon
antiphon.app = sys.modules["antiphon.app"]
sys.argv = ["antiphon", "serve", "--stdio"]
__main__.main()
"""


def frame(**message) -> bytes:
    return encode_frame(json.dumps({"jsonrpc": "2.0", **message}).encode())


INITIALIZE = frame(id=1, method="initialize", params={"processId": None, "capabilities": {}})


def start(data: bytes):
    """Runs the early part on pipes that hold `data`; what it returns, and its replies."""
    stdin_fd, client_out = os.pipe()
    client_in, stdout_fd = os.pipe()
    os.write(client_out, data)
    os.close(client_out)
    try:
        early = answer_initialize(stdin_fd, stdout_fd)
    except ClientLeft:
        early = None
    os.close(stdout_fd)
    with os.fdopen(client_in, "rb") as pipe:
        replies = [json.loads(body) for body in FrameParser().feed(pipe.read())]
    os.close(stdin_fd)
    return early, replies


def test_initialize_is_answered_with_the_static_capabilities():
    early, replies = start(INITIALIZE)
    assert early.params == {"processId": None, "capabilities": {}}
    assert early.id == 1
    result = initialize_result("0.1.0")
    assert replies == [{"jsonrpc": "2.0", "id": 1, "result": result}]


def test_what_comes_with_initialize_is_handed_on():
    following = frame(method="initialized", params={}) + frame(id=2, method="shutdown")
    early, replies = start(INITIALIZE + following + b"Content-Length: 9")
    assert early.received == following + b"Content-Length: 9"
    assert len(replies) == 1


@pytest.mark.parametrize(
    ("data", "request_id", "code"),
    [
        (frame(id=9, method="shutdown"), 9, SERVER_NOT_INITIALIZED),
        (frame(id=9, method="workspace/executeCommand", params={}), 9, SERVER_NOT_INITIALIZED),
        (frame(id="x", method="initialize"), "x", INVALID_PARAMS),
        (frame(id=9, method="initialize", params=[]), 9, INVALID_PARAMS),
        (frame(id=9), 9, INVALID_REQUEST),
        (frame(id=9, method=5), 9, INVALID_REQUEST),
        (frame(id=1.5, method="initialize"), None, INVALID_REQUEST),
        (frame(id=True, method="initialize"), None, INVALID_REQUEST),
        (encode_frame(b"[]"), None, INVALID_REQUEST),
        (encode_frame(b"{"), None, PARSE_ERROR),
        (encode_frame(b"\xff"), None, PARSE_ERROR),
        (encode_frame(b"[" * 50_000), None, PARSE_ERROR),
        (b"rubbish\r\n\r\n", None, PARSE_ERROR),
        (b"Content-Length: 99999999999999\r\n\r\n", None, PARSE_ERROR),
    ],
)
def test_before_initialize_everything_else_is_refused(data, request_id, code):
    _, replies = start(data + INITIALIZE)
    assert [(reply["id"], reply.get("error", {}).get("code")) for reply in replies] == [
        (request_id, code),
        (1, None),
    ]


def test_before_initialize_notifications_and_responses_are_dropped():
    noise = frame(method="initialized") + frame(id=4, result=1) + frame(method=5)
    _, replies = start(noise + INITIALIZE)
    assert len(replies) == 1


@pytest.mark.parametrize("data", [b"", frame(method="exit"), INITIALIZE[:-1]])
def test_a_client_that_leaves_before_initialize_ends_the_server(data):
    assert start(data) == (None, [])


def run_probe(code: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code], input=INITIALIZE, capture_output=True, timeout=30, check=False
    )


def test_nothing_is_imported_before_initialize_is_answered_but_the_early_modules():
    done = run_probe(PROBE)
    loaded = json.loads(done.stderr.splitlines()[0])
    assert {name for name in loaded if name not in sys.stdlib_module_names} <= ALLOWED
    assert done.returncode == 7


def test_the_early_modules_bring_no_more_of_the_standard_library_than_json_does():
    code = (
        "import sys, os, json; base = set(sys.modules); import antiphon.lsp.startup;"
        "print(json.dumps(sorted(set(sys.modules) - base)))"
    )
    assert set(json.loads(run_probe(code).stdout)) <= ALLOWED | {"__future__"}


def test_no_start_imports_what_pydantic_looks_for_plugins_with():
    code = (
        "import sys; from antiphon import __main__ as it; it._disable_pydantic_plugins()\n"
        "from antiphon.model.commands.runs import ModelChoice\n"
        "ModelChoice(model='demo/echo')\n"
        "print('importlib.metadata' in sys.modules)"
    )
    assert run_probe(code).stdout.split() == [b"False"]


async def test_exit_before_initialize_ends_with_code_1(spawned):
    async with spawned() as client:
        client.send(method="exit")
        assert await client.exited() == 1


async def test_a_pipe_that_does_not_block_is_waited_for():
    stdin_fd, client_out = os.pipe()
    client_in, stdout_fd = os.pipe()
    for fd in (stdin_fd, stdout_fd):
        os.set_blocking(fd, False)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(anyio.to_thread.run_sync, answer_initialize, stdin_fd, stdout_fd)
        for piece in (INITIALIZE[:9], INITIALIZE[9:]):
            await anyio.lowlevel.checkpoint()
            os.write(client_out, piece)
        await anyio.wait_readable(client_in)
    assert b'"id": 1' in os.read(client_in, 1 << 16)
    for fd in (stdin_fd, stdout_fd, client_in, client_out):
        os.close(fd)
