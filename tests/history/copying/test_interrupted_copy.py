"""Copies that end early: killed, or without room; and texts of every kind."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.history.copying.conftest import report_nothing
from tests.support.history import copying_process
from tests.support.history.whole_history import add_loose, add_session, read_everything

from antiphon.history import open_history
from antiphon.history.copying.copy import copy_history
from antiphon.history.copying.places import open_source, open_target, parse_place
from antiphon.history.sqlite.database import SqliteDatabase
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id

SESSIONS = 8
ODD = st.text(
    st.sampled_from("a\0\ufdd00\ud800\udc00😀漢字\u202e\"\\'\n") | st.characters(), max_size=20
)


@pytest.mark.slow
async def test_a_killed_copy_goes_on(history, database, target) -> None:
    for number in range(SESSIONS):
        await add_session(history, str(number))
    await add_loose(history)
    done = 0
    for _ in range(3):
        done = max(done, await anyio.to_thread.run_sync(kill_after_a_session, database, target))
        found = read_everything(target)
        messages = {row[1] for row in found["messages"]}
        assert {row[0] for row in found["panes"]} == messages
        assert len(found["messages"]) >= done > 0
        assert len(found["messages"]) == 5 * len(found["sessions"])  # whole ones alone

    for source in (database, target):  # a resumed copy, and one with nothing to do
        async with (
            open_source(parse_place(str(source))) as snapshot,
            open_target(parse_place(str(target.with_name("back.db")))) as there,
        ):
            if source == database:
                async with open_target(parse_place(str(target))) as first:
                    report = await copy_history(snapshot, first, report_nothing)
                assert report.skipped >= done // 5
            else:
                await copy_history(snapshot, there, report_nothing)

    assert read_everything(target) == read_everything(database)


def kill_after_a_session(source: Path, target: Path) -> int:
    """Kills a copy as soon as it has copied a session more, and returns how far it was."""
    command = [sys.executable, "-P", copying_process.__file__, str(source), str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        before, _ = process.stdout.readline().split()
        assert before == "0"
        for line in process.stdout:
            if read_everything(target)["sessions"]:
                process.kill()
                return int(line.split()[0])
    raise AssertionError("the copy ended by itself")


async def test_a_full_disk_stops_a_copy_which_then_goes_on(history, database, target) -> None:
    for number in range(SESSIONS):
        await add_session(history, str(number) * 10_000)

    async def copy(pages: int) -> None:
        async with (
            open_source(parse_place(str(database))) as snapshot,
            open_target(parse_place(str(target))) as there,
        ):
            assert isinstance(there, SqliteDatabase)
            limit = f"PRAGMA max_page_count = {pages}"
            await there.writer.run(lambda connection: connection.execute(limit).fetchone())
            await copy_history(snapshot, there, report_nothing, batch_messages=1)

    with pytest.raises(AntiphonError) as caught:
        await copy(250)

    assert caught.value.failure.message == "The disk is full: the history could not be written."
    some = read_everything(target)
    assert 0 < len(some["sessions"]) < SESSIONS
    assert len(some["messages"]) == 5 * len(some["sessions"])
    await copy(1_000_000)
    assert read_everything(target) == read_everything(database)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(ODD, min_size=1, max_size=2), number=st.sampled_from([0, 2**63 - 1]))
def test_odd_texts_and_numbers_arrive(texts: list[str], number: int) -> None:
    with TemporaryDirectory() as folder:
        anyio.run(partial(copy_there_and_back, Path(folder), texts, number))


async def copy_there_and_back(folder: Path, texts: list[str], number: int) -> None:
    first, second, third = (folder / name for name in ("a.db", "b.db", "c.db"))
    history = await open_history(first, server_id=new_id())
    for text in texts:
        await add_session(history, text, number=number)
        await add_loose(history, text)
    await history.aclose()
    digests: list[str | None] = []
    for source, target in ((first, second), (second, third)):
        async with (
            open_source(parse_place(str(source))) as snapshot,
            open_target(parse_place(str(target))) as there,
        ):
            digests.append((await copy_history(snapshot, there, report_nothing)).digest)
    assert read_everything(first) == read_everything(second) == read_everything(third)
    assert digests[0] == digests[1]
