"""A server that was started before its client: adopted, it is like any other; else it is ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from antiphon.model.commands.runs import BroadcastParams
from antiphon_client import AntiphonClient, ServerDied
from antiphon_client.started_server import EarlyServer
from support import SUPPORT

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="POSIX only")

FAKE_SERVER = SUPPORT / "client" / "fake_server.py"
HELLO = BroadcastParams(prompt="hello", models=["fake/one"])


def spawn(*command: str) -> EarlyServer:
    started = EarlyServer.spawn(command)
    assert started is not None
    return started


def fake(behaviour: str) -> EarlyServer:
    started = spawn(sys.executable, "-I", str(FAKE_SERVER), behaviour)
    started.send_initialize()
    return started


def open_descriptors() -> int:
    """How many this process has open; always 0 where there is no /proc."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def is_gone(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


async def test_it_has_the_hello_that_any_server_gets_and_answers_commands() -> None:
    started = fake("echoes")
    async with AntiphonClient.start(started=started) as adopted:
        hello = adopted.server["params"]
        assert await adopted.command("x", {"a": 1}) == {"command": "x", "arguments": [{"a": 1}]}
    command = [sys.executable, "-I", str(FAKE_SERVER), "echoes"]
    async with AntiphonClient.start(command=command) as usual:
        assert hello == usual.server["params"]


async def test_an_answer_that_came_before_anybody_listened_is_not_lost() -> None:
    started = fake("streams")
    taken = started._descriptors
    assert taken is not None
    await anyio.wait_readable(taken[1])  # the answer to `initialize` is there
    async with AntiphonClient.start(started=started) as client:
        run = client.broadcast(HELLO)
        assert [event.type async for event in run] == ["start", "token", "token", "final"]
        assert (await run.result()).status == "complete"


async def test_it_ends_with_its_client_and_is_reaped() -> None:
    started = fake("streams")
    async with AntiphonClient.start(started=started):
        assert not is_gone(started.pid)
    assert is_gone(started.pid)


async def test_one_that_ignores_every_goodbye_is_killed() -> None:
    started = fake("ignores_every_goodbye")
    async with AntiphonClient.start(started=started, stop_timeout_s=0.2):
        pass
    assert is_gone(started.pid)


async def test_its_death_says_the_exit_code_and_its_last_words() -> None:
    async with AntiphonClient.start(started=fake("dies_mid_run")) as client:
        run = client.broadcast(HELLO)
        with pytest.raises(ServerDied) as caught:
            [event async for event in run]
    assert caught.value.exit_code == 3
    assert "out of memory, said the server" in caught.value.stderr


async def test_one_that_died_before_it_was_adopted_says_so() -> None:
    started = fake("dies_at_once")
    os.waitid(os.P_PID, started.pid, os.WEXITED | os.WNOWAIT)
    with pytest.raises(ServerDied) as caught:
        async with AntiphonClient.start(started=started):
            pass
    assert caught.value.exit_code == 7
    assert "no such database" in caught.value.stderr


async def test_one_that_died_before_hello_was_said_says_so() -> None:
    started = spawn(sys.executable, "-c", "raise SystemExit(6)")
    os.waitid(os.P_PID, started.pid, os.WEXITED | os.WNOWAIT)
    started.send_initialize()
    with pytest.raises(ServerDied) as caught:
        async with AntiphonClient.start(started=started):
            pass
    assert caught.value.exit_code == 6


async def test_a_signal_that_ends_it_is_its_exit_code() -> None:
    started = fake("never_answers")
    async with AntiphonClient.start(started=started) as client:
        run = client.broadcast(HELLO)
        os.kill(started.pid, signal.SIGKILL)
        with pytest.raises(ServerDied) as caught:
            await run.result()
    assert caught.value.exit_code == -signal.SIGKILL


async def test_a_grandchild_that_keeps_the_pipes_open_keeps_nobody_waiting() -> None:
    async with AntiphonClient.start(started=fake("dies_leaving_a_child")) as client:
        run = client.broadcast(HELLO)
        with pytest.raises(ServerDied) as caught:
            [event async for event in run]
    assert caught.value.exit_code == 4


async def test_one_that_does_not_answer_in_time_is_ended() -> None:
    started = fake("never_starts")
    with pytest.raises(ServerDied, match="did not answer"):
        async with AntiphonClient.start(started=started, start_timeout_s=0.1, stop_timeout_s=0.1):
            pass
    assert is_gone(started.pid)


async def test_an_adoption_that_is_given_up_ends_it_and_leaks_nothing() -> None:
    before = open_descriptors()
    started = fake("streams")
    with anyio.CancelScope() as scope:
        scope.cancel()
        async with AntiphonClient.start(started=started):
            pass
    with anyio.fail_after(10):
        while not is_gone(started.pid):
            await anyio.sleep(0.01)
    assert open_descriptors() == before


async def test_it_is_adopted_once() -> None:
    started = fake("streams")
    async with AntiphonClient.start(started=started):
        with pytest.raises(RuntimeError):
            async with AntiphonClient.start(started=started):
                pass


def test_discarded_it_is_gone_at_once_and_again_is_harmless() -> None:
    started = fake("never_starts")
    started.discard()
    assert is_gone(started.pid)
    started.discard()


def test_it_is_in_a_session_of_its_own_and_no_descriptor_leaks() -> None:
    before = open_descriptors()
    started = fake("never_starts")
    assert os.getsid(started.pid) == started.pid
    started.discard()
    assert open_descriptors() == before


def test_what_cannot_be_started_is_left_to_the_usual_way() -> None:
    assert EarlyServer.spawn(("/no/such/program",)) is None


def test_with_a_standard_stream_closed_it_is_left_to_the_usual_way() -> None:
    program = "from antiphon_client.started_server import EarlyServer; print(EarlyServer.spawn())"
    command = ["sh", "-c", 'exec "$0" -c "$1" <&-', sys.executable, program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "None"


def test_nothing_heavy_is_loaded_before_the_spawn() -> None:
    program = (
        "import sys; before = set(sys.modules); import antiphon_client.started_server; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True
    )
    assert set(done.stdout.split()) == {
        "__future__",
        "antiphon_client",
        "antiphon_client.started_server",
    }
