"""A server does not outlive its editor."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import anyio
import pytest

from antiphon.lsp.transport import process_exit
from antiphon.lsp.transport.process_exit import wait_for_parent_exit

SLEEPER = [sys.executable, "-c", "input()"]


@pytest.fixture(params=["descriptor", "poll"])
def way(request, monkeypatch):
    """Both ways to notice: what this platform offers, and what all of them do."""
    if request.param == "poll":
        monkeypatch.setattr(process_exit, "_process_descriptor", lambda _pid: None)
        monkeypatch.setattr(process_exit, "_POLL_S", 0.01)


@pytest.mark.usefixtures("way")
async def test_the_death_of_a_process_is_noticed():
    process = await asyncio.create_subprocess_exec(*SLEEPER, stdin=-1)
    noticed = anyio.Event()

    async def watch() -> None:
        await wait_for_parent_exit(process.pid)
        noticed.set()

    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watch)
            await anyio.lowlevel.checkpoint()
            assert not noticed.is_set()
            process.kill()
            await process.wait()


@pytest.mark.usefixtures("way")
async def test_a_process_that_is_dead_already_counts_as_dead():
    process = subprocess.Popen(SLEEPER, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process.wait()
    with anyio.fail_after(10):
        await wait_for_parent_exit(process.pid)


@pytest.mark.parametrize("process_id", [None, 0, -1, True, "7", 1.5, []])
async def test_without_a_process_to_watch_nothing_ends(process_id):
    with anyio.move_on_after(0.02) as limit:
        await wait_for_parent_exit(process_id)
    assert limit.cancelled_caught


@pytest.mark.parametrize("process_id", [2**31, 2**40, 2**100])
async def test_an_impossible_process_counts_as_dead(process_id):
    with anyio.fail_after(10):
        await wait_for_parent_exit(process_id)


async def test_a_server_whose_editor_is_killed_ends_though_its_stdin_stays_open(spawned):
    editor = await asyncio.create_subprocess_exec(*SLEEPER, stdin=-1)
    params = {"processId": editor.pid, "capabilities": {}}
    async with spawned(initialize=params) as client:
        assert (await client.ask("test/echo", 1))["result"] == 1
        editor.kill()
        await editor.wait()
        assert await client.exited() == 1


def test_a_thread_that_hangs_does_not_keep_the_process():
    code = (
        "import threading, time; from antiphon.lsp.transport.process_exit import exit_process;"
        "threading.Thread(target=time.sleep, args=(60,)).start(); exit_process(7)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=30, check=False).returncode == 7


def test_a_block_that_takes_too_long_ends_the_process():
    code = (
        "import time; from antiphon.lsp.transport.process_exit import hard_exit_after\n"
        "with hard_exit_after(60, 8): pass\n"
        "with hard_exit_after(0.01, 7): time.sleep(60)"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=30, check=False, stderr=-1)
    assert done.returncode == 7
