"""Copies that end early: killed, or without room; and texts of every kind."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import anyio
import pytest
from hypothesis import HealthCheck, example, given, settings
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

if TYPE_CHECKING:
    from tests.support.history.postgresql import PostgresqlCluster

SESSIONS = 8
MESSAGES = 5  # of each session
ODD = st.text(
    st.sampled_from("a\0\ufdd00\ud800\udc00😀漢字\u202e\"\\'\n") | st.characters(), max_size=20
)


@pytest.mark.slow
async def test_a_killed_copy_goes_on(history, location, target, copy) -> None:
    for number in range(SESSIONS):
        await add_session(history, str(number))
    await add_loose(history)
    for _ in range(2):
        done = await anyio.to_thread.run_sync(kill_after_a_session, location, target)
        found = read_everything(target)
        assert len(found["messages"]) >= done > 0
        assert len(found["messages"]) == MESSAGES * len(found["sessions"])  # whole ones alone

    report = await copy(location, target)

    assert report.skipped >= done // MESSAGES
    assert read_everything(target) == read_everything(location)


def kill_after_a_session(source: Path | str, target: Path | str) -> int:
    """Kills a copy when it is past the first session, and returns how far it was."""
    command = [sys.executable, "-P", copying_process.__file__, str(source), str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if not line.startswith("0 "):
                process.kill()
                return int(line.split()[0])
    raise AssertionError("the copy ended by itself")


async def test_a_full_disk_stops_a_copy_which_then_goes_on(history, location, tmp_path) -> None:
    for number in range(SESSIONS):
        await add_session(history, str(number) * 10_000)
    target = tmp_path / "small.db"

    async def copy(pages: int) -> None:
        async with (
            open_source(parse_place(str(location))) as snapshot,
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
    assert len(some["messages"]) == MESSAGES * len(some["sessions"])
    await copy(1_000_000)
    assert read_everything(target) == read_everything(location)


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@example(texts=["a\0\ufdd00\ud800😀漢字"], number=2**63 - 1)
@given(texts=st.lists(ODD, min_size=1, max_size=2), number=st.sampled_from([0, 2**63 - 1]))
def test_odd_texts_and_numbers_arrive_there_and_back(
    postgresql_cluster: PostgresqlCluster, texts: list[str], number: int
) -> None:
    url = postgresql_cluster.url(postgresql_cluster.create())
    with TemporaryDirectory() as folder:
        anyio.run(partial(copy_there_and_back, Path(folder), url, texts, number))


async def copy_there_and_back(folder: Path, url: str, texts: list[str], number: int) -> None:
    first, last = folder / "a.db", folder / "b.db"
    history = await open_history(first, server_id=new_id())
    for text in texts:
        await add_session(history, text, number=number)
        await add_loose(history, text)
    await history.aclose()
    digests: list[str | None] = []
    for source, target in ((first, url), (url, last)):
        async with (
            open_source(parse_place(str(source))) as snapshot,
            open_target(parse_place(str(target))) as there,
        ):
            digests.append((await copy_history(snapshot, there, report_nothing)).digest)
    assert read_everything(first) == read_everything(url) == read_everything(last)
    assert digests[0] == digests[1]
