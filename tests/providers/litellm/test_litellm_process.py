"""The worker as a process: what it is started with, how it dies, and what is left of it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import pytest

from antiphon.engine.ports.deltas import Delta, Text
from antiphon.providers.litellm.process import Worker
from support.providers.fault_matrix import CANARY
from support.providers.stream_reading import Seen, consume, request_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.providers.litellm.adapter import LiteLlm
    from antiphon.providers.litellm.supervisor import WorkerSupervisor
    from support.faults.client import FaultServer

pytestmark = pytest.mark.asyncio(loop_scope="session")
needs_proc = pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc")


def of_process(pid: int, what: str) -> str:
    return Path(f"/proc/{pid}/{what}").read_bytes().decode("utf-8", "replace")


@needs_proc
async def test_no_key_is_in_the_workers_arguments_or_environment(
    worker_kept: WorkerSupervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody")
    pid = worker_kept.pid
    assert pid is not None
    told = of_process(pid, "cmdline") + of_process(pid, "environ")
    assert CANARY not in told
    assert "API_KEY" not in told
    assert "LITELLM_MODE=PRODUCTION" in told


async def test_the_server_never_imports_litellm(worker_kept: WorkerSupervisor) -> None:
    assert worker_kept.pid is not None
    found = [name for name in sys.modules if name.partition(".")[0] == "litellm"]
    assert found == []


async def test_all_vendors_share_one_worker(
    make: Callable[[str], LiteLlm], worker_kept: WorkerSupervisor
) -> None:
    before = worker_kept.pid
    seen = [await consume(make(vendor), request_for("ok")) for vendor in ("openai", "groq")]
    assert all(one.finished for one in seen)
    assert worker_kept.pid == before


async def test_many_streams_at_once_each_get_their_own_text(
    make: Callable[[str], LiteLlm], fault_server: FaultServer
) -> None:
    adapter = make("openai")
    texts: dict[str, str] = {}

    async def ask(tag: str) -> None:
        texts[tag] = (await consume(adapter, request_for("flood-300", f"tag:{tag}"))).text

    async with anyio.create_task_group() as tasks:
        for number in range(12):
            tasks.start_soon(ask, f"p{number}")
    assert texts == {request["tag"]: request["text"] for request in fault_server.requests()}


async def test_a_reader_that_stops_does_not_hold_up_the_others(
    make: Callable[[str], LiteLlm], fault_server: FaultServer
) -> None:
    adapter = make("openai")
    reading = anyio.Event()
    go_on = anyio.Event()
    seen: list[Seen] = []

    async def stop(delta: Delta) -> None:
        if isinstance(delta, Text):
            reading.set()
            await go_on.wait()

    async def slow() -> None:
        seen.append(await consume(adapter, request_for("huge-answer", "tag:slow"), stop))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(slow)
        with anyio.fail_after(10):
            await reading.wait()
            for _ in range(3):
                assert (await consume(adapter, request_for("flood-300"))).finished
        go_on.set()
    assert len(seen[0].text) == 16 * 1024 * 1024  # far more than may wait in an inbox
    assert seen[0].finished


@needs_proc
async def test_cancelled_streams_leave_no_descriptors_in_the_worker(
    make: Callable[[str], LiteLlm], worker_kept: WorkerSupervisor, fault_server: FaultServer
) -> None:
    adapter = make("groq")
    pid = worker_kept.pid
    descriptors = Path(f"/proc/{pid}/fd")

    async def leave() -> None:
        stream = adapter.stream(request_for("stall-mid"))
        async for delta in stream:
            if isinstance(delta, Text):
                break
        await stream.aclose()

    await leave()
    before = len(list(descriptors.iterdir()))
    for _ in range(10):
        await leave()
    await asyncio.to_thread(fault_server.wait_closed, 11)
    with anyio.fail_after(10):
        while len(list(descriptors.iterdir())) > before:
            await anyio.sleep(0.01)


async def test_what_is_printed_cannot_get_between_the_frames(
    make: Callable[[str], LiteLlm], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """A stand-in for the worker's interpreter start: a module that prints whenever it can."""
    caplog.set_level(logging.DEBUG)
    noisy = tmp_path / "noisy.py"
    noisy.write_text(
        "import os, sys\n"
        "from antiphon.providers.litellm.worker.__main__ import _take_pipes\n"
        "source, target = _take_pipes()\n"
        "print('print', flush=True); os.write(1, b'write\\n'); os.system('echo from a child')\n"
        f"sys.stderr.write('key {CANARY}\\n' * 2); sys.stdout.write('x' * 5000 + chr(10))\n"
        "sys.stdout.flush()\n"
        "from antiphon.providers.litellm.frames import encode_frame\n"
        "from antiphon.providers.litellm.messages import Ready, encode\n"
        "os.write(target, encode_frame(encode([Ready()])))\n"
        "os.read(source, 1)\n"
    )
    made: list[Worker] = []

    def worker() -> Worker:
        made.append(Worker(lambda text: text.replace(CANARY, "[key]")))
        return made[-1]

    loop = asyncio.get_running_loop()
    await loop.subprocess_exec(worker, sys.executable, str(noisy))
    with anyio.fail_after(30):
        await made[0].ready.wait()
    await made[0].aclose(5)
    assert made[0].was_ready
    for said in ("print", "write", "from a child", "key [key]"):
        assert f"litellm worker: {said}" in caplog.text
    assert CANARY not in caplog.text


@pytest.mark.slow
async def test_streams_of_a_killed_worker_end_honestly_and_the_next_request_starts_another(
    fault_server: FaultServer, make: Callable[[str], LiteLlm], worker_kept: WorkerSupervisor
) -> None:
    adapter = make("openai")
    killed = worker_kept.pid
    assert killed is not None
    seen: dict[str, Seen] = {}
    whole = anyio.Event()
    text = ""

    async def look(delta: Delta) -> None:
        nonlocal text
        text += delta.text if isinstance(delta, Text) else ""
        if text == "t0 t1 ":
            whole.set()

    async def ask(model: str) -> None:
        seen[model] = await consume(adapter, request_for(model), look)

    async with anyio.create_task_group() as tasks:
        for model in ("gate-2-4", "stall-first", "stall-headers"):
            tasks.start_soon(ask, model)
        await asyncio.to_thread(fault_server.wait_for, lambda found: len(found) == 3)
        with anyio.fail_after(10):
            await whole.wait()
        os.kill(killed, signal.SIGKILL)
    failures = {model: one.error.failure for model, one in seen.items() if one.error}
    assert failures["stall-first"].kind == failures["stall-headers"].kind == "server_error"
    assert "next request starts a new one" in failures["stall-first"].message
    assert seen["gate-2-4"].text == "t0 t1 "
    assert failures["gate-2-4"].kind == "interrupted"
    assert (await consume(adapter, request_for("ok"))).finished
    assert worker_kept.pid not in {None, killed}


@pytest.mark.slow
@needs_proc
async def test_the_worker_dies_with_its_server_even_while_it_is_loading() -> None:
    script = (
        "import asyncio, os\n"
        "from antiphon.providers.litellm.process import Worker\n"
        "async def main():\n"
        "    print((await Worker.start(str)).pid, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    with anyio.fail_after(10):
        while Path(f"/proc/{int(said)}/fd").exists() and of_process(int(said), "cmdline"):
            await anyio.sleep(0.01)
