"""What LSP says of a server's life, at a process of its own."""

from __future__ import annotations

import pytest

from antiphon.lsp.rpc.jsonrpc import (
    INVALID_REQUEST,
    REQUEST_CANCELLED,
    SERVER_NOT_INITIALIZED,
    Lifecycle,
)

BARE = {"processId": None, "rootUri": None, "capabilities": {}}


def test_only_initialize_is_allowed_at_first_and_never_again():
    life = Lifecycle()
    assert life.refusal("initialize") is None
    assert life.refusal("shutdown").code == SERVER_NOT_INITIALIZED
    assert life.ignores("initialized")
    assert not life.ignores("exit")
    life = Lifecycle(initialized=True)
    assert life.refusal("initialize").code == INVALID_REQUEST
    assert life.refusal("shutdown") is None


async def test_shutdown_then_exit_ends_with_code_0(spawned):
    async with spawned(initialize=BARE) as client:
        assert (await client.ask("shutdown"))["result"] is None
        client.send(method="exit")
        assert await client.exited() == 0


async def test_exit_without_shutdown_ends_with_code_1(spawned):
    async with spawned(initialize=BARE) as client:
        client.send(method="exit")
        assert await client.exited() == 1


async def test_the_end_of_stdin_ends_with_code_1(spawned):
    async with spawned(initialize=BARE) as client:
        client.writer.close()
        assert await client.exited() == 1


async def test_the_end_of_stdin_after_shutdown_ends_with_code_0(spawned):
    async with spawned(initialize=BARE) as client:
        await client.ask("shutdown")
        client.writer.close()
        assert await client.exited() == 0


async def test_stdin_that_ends_inside_a_message_ends_the_server(spawned):
    async with spawned(initialize=BARE) as client:
        client.writer.write(b"Content-Length: 500\r\n\r\n{")
        client.writer.close()
        assert await client.exited() == 1


async def test_after_shutdown_requests_are_refused_and_notifications_ignored(spawned):
    async with spawned(initialize=BARE) as client:
        await client.ask("shutdown")
        for method in ("test/echo", "shutdown", "initialize", "nothing"):
            assert (await client.ask(method))["error"]["code"] == INVALID_REQUEST
        client.send(method="textDocument/didOpen", params={})
        client.send(method="exit")
        assert await client.exited() == 0


async def test_a_second_initialize_is_refused(spawned):
    async with spawned(initialize=BARE) as client:
        assert (await client.ask("initialize", BARE))["error"]["code"] == INVALID_REQUEST


async def test_shutdown_is_answered_after_everything_that_runs(connected, echo):
    async with connected(echo()) as client:
        client.send(id=1, method="test/sleep")
        polite = {"command": "test.polite"}
        client.send(id=2, method="workspace/executeCommand", params=polite)
        assert (await client.receive())["method"] == "test/started"
        client.send(id=3, method="shutdown")
        replies = [await client.receive() for _ in range(3)]
        assert replies[-1] == {"jsonrpc": "2.0", "id": 3, "result": None}
        by_id = {reply["id"]: reply for reply in replies}
        assert by_id[1]["error"]["code"] == REQUEST_CANCELLED
        assert by_id[2]["result"] == {"status": "cancelled"}
    assert client.exit_code == 0


async def test_a_handler_that_ignores_its_cancel_is_ended(connected, echo, monkeypatch):
    monkeypatch.setattr("antiphon.lsp.rpc.connection._GRACE_S", 0.05)
    async with connected(echo()) as client:
        stubborn = {"command": "test.stubborn"}
        client.send(id=2, method="workspace/executeCommand", params=stubborn)
        assert (await client.receive())["method"] == "test/started"
        client.send(id=3, method="shutdown")
        assert (await client.receive())["error"]["code"] == REQUEST_CANCELLED
        assert (await client.receive())["id"] == 3


@pytest.mark.parametrize("how", ["exit", "eof"])
async def test_what_runs_is_cancelled_and_closed_before_the_end(connected, echo, how):
    seen = []

    async def close() -> None:
        seen.append("closed")

    async with connected(echo(close)) as client:
        client.send(id=1, method="test/sleep")
        client.send(id=2, method="workspace/executeCommand", params={"command": "test.polite"})
        assert (await client.receive())["method"] == "test/started"
        if how == "exit":
            client.send(method="exit")
        else:
            client.writer.close()
        rest = await client.rest()
        assert sorted(message["id"] for message in rest) == [1, 2]
    assert (client.exit_code, seen) == (1, ["closed"])


async def test_a_close_that_hangs_is_given_up(connected, echo, monkeypatch):
    monkeypatch.setattr("antiphon.lsp.rpc.connection._CLOSE_S", 0.05)

    async def close() -> None:
        import anyio

        await anyio.sleep_forever()

    async with connected(echo(close)) as client:
        client.send(method="exit")
        assert await client.rest() == []
    assert client.exit_code == 1


async def test_a_client_that_closes_stdout_ends_the_server(spawned):
    async with spawned(initialize=BARE) as client:
        client.process._transport.get_pipe_transport(1).close()
        assert await client.exited() == 1


async def test_a_stray_print_does_not_reach_the_client(spawned):
    async with spawned(initialize=BARE, stderr=-1) as client:
        assert (await client.ask("test/printed"))["result"] is None
        client.send(method="exit")
        assert await client.rest() == []
        assert (await client.process.stderr.read()).count(b"stray") == 2
