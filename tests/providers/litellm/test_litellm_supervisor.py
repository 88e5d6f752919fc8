"""When a worker is started, when not any more, and when it is let go."""

from __future__ import annotations

import anyio
import pytest

from antiphon.engine.ports.deltas import ProviderError
from antiphon.providers.litellm import supervisor as module
from antiphon.providers.litellm.process import Worker
from antiphon.providers.litellm.supervisor import WorkerSupervisor


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def mortal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers whose module cannot be run: they end by themselves, in a moment."""
    monkeypatch.setattr("antiphon.providers.litellm.process._MODULE", "no.such.module")


@pytest.mark.usefixtures("mortal")
async def test_a_worker_that_keeps_dying_is_left_alone_for_a_minute_and_says_why():
    clock = Clock()
    supervisor = WorkerSupervisor(clock)
    said: list[str] = []
    for _ in range(module.MAX_DEATHS + 1):
        with pytest.raises(ProviderError) as caught, anyio.fail_after(30):
            await supervisor.worker("user", str, "anthropic")
        said.append(caught.value.failure.message)
    assert all("did not start" in one and "no.such" in one for one in said[:-1])
    assert "ended 3 times within 60 s" in said[-1]
    assert caught.value.wait_hint == "never"
    clock.now += module.DEATHS_WITHIN_S + 1
    with pytest.raises(ProviderError, match="did not start"):
        await supervisor.worker("user", str, "anthropic")
    await supervisor.release("user")


@pytest.mark.usefixtures("mortal")
async def test_who_waits_for_a_worker_can_leave_without_harm():
    supervisor = WorkerSupervisor()
    with anyio.move_on_after(0) as scope:
        await supervisor.worker("user", str, "anthropic")
    assert scope.cancelled_caught
    await supervisor.release("user")
    assert supervisor.pid is None


async def test_a_worker_without_work_is_let_go_and_that_is_no_death():
    supervisor = WorkerSupervisor(idle_s=0.05)
    workers: list[Worker] = []
    for _ in range(module.MAX_DEATHS + 1):
        with anyio.move_on_after(0):
            await supervisor.worker("user", str, "anthropic")
        async with supervisor._starting:
            if supervisor._worker is None or supervisor._worker.dead:
                workers.append(await supervisor._start("anthropic"))
                supervisor._restart_idle_timer()
        with anyio.fail_after(20):
            await workers[-1].gone.wait()
    assert supervisor._deaths == []
    await supervisor.release("user")


def test_a_sentence_for_a_start_that_failed_names_what_to_do():
    worker = Worker(str)
    worker.unusable = "ImportError: broken"
    problem = module._did_not_start(worker, "anthropic")
    assert problem.failure.kind == "unsupported"
    assert "ImportError: broken" in problem.failure.message
    assert "pip install" in problem.failure.hint
