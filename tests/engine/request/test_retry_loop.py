"""The loop that asks again: how often, after which waits, and when it gives up."""

from __future__ import annotations

import asyncio

import pytest

from antiphon.engine.ports.deltas import ProviderError
from antiphon.engine.request.retry import RetryLimits, RetryLoop
from antiphon.model.failure import Failure

LIMITS = RetryLimits()


def problem(kind: str, status: int | None = None, after_ms: int | None = None) -> ProviderError:
    return ProviderError(Failure.of(kind, http_status=status, retry_after_ms=after_ms))


class Loop:
    """A retry loop whose attempts fail by a list, and whose waits take no time."""

    def __init__(self, *outcomes: ProviderError | None) -> None:
        self.outcomes = list(outcomes)
        self.announced: list[tuple[int, float, str]] = []
        self.slept: list[float] = []
        self.now = 1_000.0
        self.retrying = RetryLoop(LIMITS, self._announce, self._sleep, lambda: self.now)

    def _announce(self, attempt: int, delay_s: float, failure: Failure) -> None:
        self.announced.append((attempt, delay_s, failure.kind))

    async def _sleep(self, seconds: float) -> None:
        assert len(self.announced) == len(self.slept) + 1, "a wait is told before it begins"
        self.slept.append(seconds)
        self.now += seconds

    async def run(self) -> None:
        async def attempt() -> None:
            self.retrying.sent()
            outcome = self.outcomes.pop(0)
            if outcome is not None:
                raise outcome

        await self.retrying.run(attempt)


async def test_an_attempt_that_works_is_the_only_one():
    loop = Loop(None)
    await loop.run()
    assert (loop.retrying.attempts, loop.slept) == (1, [])


async def test_every_wait_is_announced_with_its_attempt_and_its_reason():
    loop = Loop(problem("rate_limited", 429, 1_000), problem("server_error", 500), None)
    await loop.run()
    assert loop.retrying.attempts == 3
    assert [(attempt, kind) for attempt, _, kind in loop.announced] == [
        (2, "rate_limited"),
        (3, "server_error"),
    ]
    assert [pause for _, pause, _ in loop.announced] == loop.slept
    assert 1 <= loop.slept[0] <= 1.1


async def test_the_last_failure_is_the_one_that_is_told():
    last = problem("overloaded", 529)
    loop = Loop(problem("server_error", 500), problem("server_error", 500), last)
    with pytest.raises(ProviderError) as caught:
        await loop.run()
    assert caught.value is last
    assert loop.retrying.attempts == 3


async def test_the_time_since_the_first_request_is_what_counts():
    loop = Loop(*[problem("rate_limited", 429, 50_000)] * 3)
    with pytest.raises(ProviderError):
        await loop.run()
    assert len(loop.slept) == 1


async def test_an_answer_that_has_text_is_never_asked_for_again():
    loop = Loop(problem("server_error", 500), None)
    loop.retrying.has_text = True
    with pytest.raises(ProviderError):
        await loop.run()
    assert loop.slept == []


async def test_headers_of_an_earlier_attempt_do_not_count_for_a_later_one():
    retrying = RetryLoop(LIMITS, lambda *_: None, lambda _: asyncio.sleep(0), lambda: 0.0)
    seen: list[bool] = []

    async def attempt() -> None:
        seen.append(retrying.connected)
        retrying.connected = True
        if len(seen) < 3:
            raise problem("server_error", 500)

    await retrying.run(attempt)
    assert seen == [False, False, False]


async def test_a_bug_is_not_a_failure_of_the_provider():
    calls: list[int] = []

    async def attempt() -> None:
        calls.append(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Loop().retrying.run(attempt)
    assert len(calls) == 1


async def test_a_wait_can_be_cancelled():
    waiting = asyncio.Event()

    async def wait(_: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async def attempt() -> None:
        raise problem("overloaded", 529)

    retrying = RetryLoop(LIMITS, lambda *_: None, wait, lambda: 0.0)
    task = asyncio.ensure_future(retrying.run(attempt))
    async with asyncio.timeout(10):
        await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert retrying.attempts == 1
