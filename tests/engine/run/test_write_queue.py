"""Nothing is lost, doubled or put in another order because the history cannot be written."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports import AnswerEnd, Attempt, Record, TextChunk
from antiphon.engine.run.write_queue import WriteQueue
from antiphon.model.conversation.message import Message
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Sequence

MEBI = 1024 * 1024


class Hand:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


class Shelf:
    """A history that fails while `broken`, and that can be held in the middle of a write."""

    def __init__(self) -> None:
        self.broken = False
        self.stored: list[Record] = []
        self.calls: list[list[Record]] = []
        self.doors: list[asyncio.Event] = []

    async def record(self, records: Sequence[Record]) -> None:
        mine = list(records)
        self.calls.append(mine)
        broken = self.broken
        if self.doors:
            await self.doors.pop(0).wait()
        if broken:
            raise error("storage", "The disk is full.")
        self.stored += mine


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def archive(shelf: Shelf, clock: Hand) -> WriteQueue:
    return WriteQueue(shelf, clock)


def text(words: str, message_id: str = "M") -> TextChunk:
    return TextChunk(message_id, words)


def end(content: str) -> AnswerEnd:
    return AnswerEnd(
        Message(
            id="M",
            pane_id="P",
            role="assistant",
            content=content,
            status="complete",
            created_at="now",
        )
    )


async def test_what_is_stored_is_said_to_be(archive, shelf):
    assert await archive.write([text("a")])
    assert await archive.write([text("b"), end("ab")])
    assert shelf.stored == [text("a"), text("b"), end("ab")]
    assert archive.problem is None


async def test_what_failed_goes_first_once_it_works_again(archive, shelf, clock):
    shelf.broken = True
    assert not await archive.write([text("a")])
    assert not await archive.write([text("b")])
    shelf.broken = False
    clock.now += 1
    assert await archive.write([text("c")])
    assert shelf.stored == [text("a"), text("b"), text("c")]


async def test_a_failure_is_told_until_everything_is_stored(archive, shelf, clock):
    shelf.broken = True
    await archive.write([text("a")])
    assert archive.problem == "The disk is full."
    shelf.broken = False
    await archive.write([text("b")])
    assert archive.problem == "The disk is full."
    clock.now += 1
    await archive.write([])
    assert archive.problem is None


async def test_after_a_failure_the_database_is_left_alone_for_a_second(archive, shelf, clock):
    shelf.broken = True
    await archive.write([text("a")])
    clock.now += 0.999
    assert not await archive.write([text("b")])
    assert len(shelf.calls) == 1
    clock.now += 0.001
    assert not await archive.write([text("c")])
    assert len(shelf.calls) == 2
    clock.now += 0.5
    assert not await archive.write([text("d")])
    assert len(shelf.calls) == 2


async def test_settling_tries_at_once(archive, shelf, clock):
    clock.now = 0.0  # a clock may begin at any time
    shelf.broken = True
    await archive.write([text("a")])
    assert not await archive.flush()
    shelf.broken = False
    assert await archive.flush()
    assert shelf.stored == [text("a")]


async def test_settling_writes_nothing_where_nothing_waits(archive, shelf):
    assert await archive.flush()
    assert shelf.calls == []


async def test_past_sixteen_mebibytes_running_text_is_let_go_and_ends_are_kept(
    archive, shelf, clock
):
    shelf.broken = True
    attempt = Attempt("M", 1, "network")
    await archive.write([attempt, text("x" * 8 * MEBI)])
    await archive.write([end("first")])
    await archive.write([text("x" * 8 * MEBI)])
    await archive.write([text("y")])
    await archive.write([end("second")])
    shelf.broken = False
    clock.now += 1
    assert await archive.write([])
    assert shelf.stored == [attempt, end("first"), end("second")]


async def test_exactly_sixteen_mebibytes_are_kept(archive, shelf, clock):
    shelf.broken = True
    await archive.write([text("x" * 16 * MEBI)])
    shelf.broken = False
    clock.now += 1
    await archive.write([])
    assert len(shelf.stored) == 1


async def test_a_fault_of_ours_is_not_taken_for_a_full_disk(clock):
    class Faulty:
        async def record(self, records: Sequence[Record]) -> None:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await WriteQueue(Faulty(), clock).write([text("a")])


async def test_a_run_that_succeeds_does_not_throw_away_what_another_could_not_store(
    archive, shelf, clock
):
    first_door = asyncio.Event()
    shelf.doors = [first_door]
    shelf.broken = True
    async with asyncio.TaskGroup() as tasks:
        failing = tasks.create_task(archive.write([text("a", "A")]))
        await called(shelf, 1)
        shelf.broken = False
        tasks.create_task(archive.write([text("b", "B")]))
        await asyncio.sleep(0)
        first_door.set()
    assert not failing.result()
    clock.now += 1
    assert await archive.write([])
    assert sorted(record.text for record in shelf.stored) == ["a", "b"]


async def test_two_runs_do_not_store_what_waits_twice(archive, shelf, clock):
    shelf.broken = True
    await archive.write([text("old", "A")])
    shelf.broken = False
    clock.now += 1
    door = asyncio.Event()
    shelf.doors = [door]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(archive.write([text("a", "A")]))
        await called(shelf, 1 + 1)
        tasks.create_task(archive.write([text("b", "B")]))
        await asyncio.sleep(0)
        door.set()
    assert [record.text for record in shelf.stored] == ["old", "a", "b"]


async def called(shelf: Shelf, times: int) -> None:
    """Returns when the history has been asked to store so many times."""
    async with asyncio.timeout(10):
        while len(shelf.calls) < times:
            await asyncio.sleep(0)
