"""A run goes on whatever becomes of its client or of its history, and loses nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.engine.budget.budgets import Budget
from antiphon.engine.document.render import render
from antiphon.history import open_history
from antiphon.model.failure import error
from antiphon.model.values.ids import new_id
from support.engine.harness import EngineHarness, FakeCaller

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


class FlakyHistory:
    """The real history, but for the moments in which its disk is full or slow."""

    def __init__(self, history: Any) -> None:
        self._history = history
        self.full = False
        self.held = asyncio.Event()
        """Set while something waits to be stored, for `goes_on`."""
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._history, name)

    async def record(self, records: Any) -> None:
        if self.full:
            raise error("storage", "The disk is full.")
        if not self.goes_on.is_set():
            self.held.set()
            await self.goes_on.wait()
        await self._history.record(records)


class Counted:
    """The real ledger; counts how often more is asked for."""

    def __init__(self, ledger: Any) -> None:
        self._ledger = ledger
        self.extended = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    async def extend(self, *arguments: Any) -> int:
        self.extended += 1
        return await self._ledger.extend(*arguments)


@pytest.fixture
async def balky(tmp_path: Path) -> AsyncIterator[EngineHarness]:
    harness = EngineHarness(
        FlakyHistory(await open_history(tmp_path / "balky.db", server_id=new_id()))
    )
    yield harness
    await harness.history.aclose()


def ask(harness: EngineHarness, caller: FakeCaller, *models: str) -> asyncio.Task:
    names = [f"script/{model}" for model in models or ["a"]]
    return asyncio.ensure_future(harness.broadcast(caller, models=names))


async def stored(harness: EngineHarness, pane_id: str) -> str:
    return render(await harness.history.messages(pane_id=pane_id))


async def test_an_answer_goes_on_and_says_so_while_it_cannot_be_stored(
    balky: EngineHarness, caller: FakeCaller
):
    task = ask(balky, caller)
    stream = await balky.providers.opened("a")
    balky.history.full = True
    stream.text("Hello ")
    await balky.settled()
    stream.text("there")
    stream.finish()
    result = (await task).results[0]
    final = caller.sink.of(result.pane_id)[-1]
    assert (final.status, final.content) == ("complete", "Hello there")
    assert final.notes == ["This answer is not in the history: it could not be written."]
    assert balky.service.write_queue.problem == "The disk is full."


async def test_what_could_not_be_stored_is_stored_once_there_is_room_again(
    balky: EngineHarness, caller: FakeCaller
):
    task = ask(balky, caller, "a", "b")
    balky.history.full = True
    for model in "ab":
        stream = await balky.providers.opened(model)
        stream.text(f"from {model}")
        await balky.settled()
        stream.finish()
    result = await task
    balky.history.full = False
    assert await balky.service.write_queue.flush()
    messages = [(await balky.history.messages(pane_id=pane.id))[-1] for pane in result.panes]
    assert [message.content for message in messages] == ["from a", "from b"]
    assert {message.status for message in messages} == {"complete"}


async def test_a_pane_whose_end_was_not_stored_goes_on_once_there_is_room_again(
    balky: EngineHarness, caller: FakeCaller
):
    task = ask(balky, caller)
    stream = await balky.providers.opened("a")
    balky.history.full = True
    stream.text("first")
    stream.finish()
    pane_id = (await task).panes[0].id
    balky.history.full = False
    again = asyncio.ensure_future(balky.broadcast(caller, "And now?", paneIds=[pane_id]))
    stream = await balky.providers.opened("a", 2)
    stream.text("second")
    stream.finish()
    assert (await again).results[0].status == "complete"
    messages = await balky.history.messages(pane_id=pane_id)
    assert [each.content for each in messages] == ["Hello", "first", "And now?", "second"]


async def test_a_history_that_cannot_be_written_is_not_asked_for_money_either(
    balky: EngineHarness, caller: FakeCaller
):
    balky.service.budgets.set_budgets([Budget("day", Decimal("0.02"))])
    balky.providers.prices["script/a"] = balky.providers.prices["script/priced"]
    balky.history.ledger = counted = Counted(balky.history.ledger)
    task = ask(balky, caller)
    stream = await balky.providers.opened("a")
    balky.history.full = True
    for _ in range(3):
        stream.text("many more words than are likely " * 200)
        await balky.settled()
    assert counted.extended == 0
    stream.finish()
    assert (await task).results[0].status == "complete"


async def test_a_full_disk_that_passes_in_mid_answer_leaves_no_trace(
    balky: EngineHarness, caller: FakeCaller, monkeypatch
):
    monkeypatch.setattr("antiphon.engine.run.write_queue._PAUSE_S", 0.0)
    task = ask(balky, caller)
    stream = await balky.providers.opened("a")
    for number in range(6):
        balky.history.full = number in {1, 2, 4}
        stream.text(f"{number} ")
        await balky.settled()
    stream.finish()
    pane_id = (await task).panes[0].id
    final = caller.sink.of(pane_id)[-1]
    assert (final.content, final.notes) == ("0 1 2 3 4 5 ", None)
    assert await stored(balky, pane_id) == caller.sink.reducer.texts[pane_id]


async def test_a_run_that_was_stopped_before_it_began_asks_nobody(
    harness: EngineHarness, caller: FakeCaller
):
    class Gone:
        """A caller who has left already."""

        def on_request(self, callback: Any) -> None:
            callback()

    caller.cancellation = Gone()
    async with asyncio.timeout(10):
        result = await harness.broadcast(caller, models=["script/a", "script/b"])
    assert result.status == "cancelled"
    assert [each.status for each in result.results] == ["cancelled"] * 2
    assert not any(harness.providers.streams.values())
    for pane in result.panes:
        assert caller.sink.types(pane.id) == ["start", "final"]
        assert await stored(harness, pane.id) == caller.sink.reducer.texts[pane.id]


async def test_a_run_that_is_torn_down_while_a_store_waits_loses_no_attempt(
    balky: EngineHarness, caller: FakeCaller, tmp_path: Path
):
    task = ask(balky, caller)
    first = await balky.providers.opened("a")
    await balky.settled()
    balky.history.goes_on.clear()
    first.fail("server_error")
    async with asyncio.timeout(10):
        await balky.history.held.wait()
        await balky.providers.opened("a", 2)
        task.cancel()
        for _ in range(50):
            await asyncio.sleep(0)
        assert not task.done(), "it waits for the store"
        balky.history.goes_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    with closing(sqlite3.connect(tmp_path / "balky.db")) as other:
        rows = other.execute("SELECT number, failure_kind FROM attempts ORDER BY number").fetchall()
    assert rows == [(1, "server_error"), (2, "cancelled")]


@pytest.mark.parametrize(
    ("ends", "status"),
    [
        (["finish", "finish"], "complete"),
        (["finish", "fail"], "partial"),
        (["fail", "fail"], "failed"),
        (["finish", "length"], "partial"),
    ],
)
async def test_a_run_is_complete_only_where_every_pane_is(
    harness: EngineHarness, caller: FakeCaller, ends, status
):
    task = ask(harness, caller, "a", "b")
    for model, end in zip("ab", ends, strict=True):
        stream = await harness.providers.opened(model)
        if end == "fail":
            stream.fail("authentication")
        else:
            stream.text("Yo")
            stream.finish(*(["length", "truncated"] if end == "length" else []))
    assert (await task).status == status


async def test_all_panes_begin_before_any_of_them_ends(harness: EngineHarness, caller: FakeCaller):
    task = ask(harness, caller, "a", "b", "c")
    for model in "abc":
        (await harness.providers.opened(model)).finish()
    await task
    types = [event.type for event in caller.sink.events]
    assert types[:3] == ["start"] * 3
