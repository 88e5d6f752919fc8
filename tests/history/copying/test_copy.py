"""Copying histories: everything arrives, twice changes nothing, differences are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.history.whole_history import (
    add_loose,
    add_session,
    read_everything,
    run_statement,
)

from antiphon.engine.ports import AnswerEnd
from antiphon.history.copying.copy import copy_history
from antiphon.history.copying.places import open_source, open_target, parse_place
from antiphon.model.commands.search import SearchParams
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.history.store import SqlHistory


async def fill(history: SqlHistory) -> None:
    """Puts something into every table, for two users."""
    await add_session(history)
    await add_session(history.for_user("anna"), "Another")
    await add_session(history, "Third")
    await add_loose(history)
    await add_loose(history.for_user("anna"))


def ids_of(location: Path | str) -> list[str]:
    """Reads the ids of all messages."""
    return sorted(row["id"] for row in read_everything(location)["messages"])


async def test_everything_arrives_there_and_back(history, location, target, copy, tmp_path) -> None:
    await fill(history)
    before = read_everything(location)
    assert [name for name, rows in before.items() if not rows] == ["chunks"]

    report = await copy(location, target)

    assert read_everything(target) == before == read_everything(location)
    assert (report.sessions, report.messages, report.skipped) == (3, 15, 0)
    assert {table.name: table.rows for table in report.tables or ()}["messages"] == 15
    back = await copy(target, tmp_path / "back.db")
    assert read_everything(tmp_path / "back.db") == before
    assert back.digest == report.digest


async def test_what_was_copied_is_found_and_whole(history, opened, location, target, copy) -> None:
    await add_session(history, "xylophone")

    await copy(location, target)

    there = await opened(target)
    assert len((await there.library.search(SearchParams(query="xylophone"))).hits) > 0
    found = await there.upkeep.verify()
    assert (found.problems, found.skipped) == ([], None)


async def test_copying_again_changes_nothing(history, location, target, copy) -> None:
    await fill(history)
    first = await copy(location, target)
    before = read_everything(target)

    again = await copy(location, target)

    assert (again.sessions, again.messages, again.skipped) == (0, 0, 3)
    assert again.digest == first.digest
    assert read_everything(target) == before


async def test_only_new_sessions_are_added(history, opened, location, target, copy) -> None:
    await add_session(history)
    await copy(location, target)
    there = await opened(target)
    own = await add_session(there, "Own")
    await add_loose(there, "Own")
    await add_session(history, "Later")

    report = await copy(location, target)

    assert (report.sessions, report.skipped) == (1, 1)
    sessions, _ = await there.sessions(limit=9)
    titles = {session.title for session in sessions}
    assert titles == {"A word", "Own", "Later"}
    assert (await there.session(own.id)).title == "Own"
    assert (await there.upkeep.verify()).problems == []


async def test_a_difference_is_refused_before_anything_changes(
    history, opened, location, target, copy
) -> None:
    session = await add_session(history)
    await copy(location, target)
    await (await opened(target)).library.rename(session.id, "Mine")
    await add_session(history, "Later")
    before = read_everything(target)

    with pytest.raises(AntiphonError) as caught:
        await copy(location, target)

    assert caught.value.failure.kind == "conflict"
    assert session.id in caught.value.failure.message
    assert "--replace" in caught.value.failure.hint
    assert read_everything(target) == before


async def test_replacing_keeps_the_sources_values(history, opened, location, target, copy) -> None:
    session = await add_session(history)
    kept = await add_session(history, "Kept")
    await copy(location, target)
    there = await opened(target)
    await there.library.rename(session.id, "Mine")
    await there.aclose()

    report = await copy(location, target, replace=True)

    assert (report.replaced, report.skipped, report.sessions) == (1, 1, 0)
    found = read_everything(target)
    assert {row["title"] for row in found["sessions"]} == {session.title, kept.title}
    assert ids_of(target) == ids_of(location)
    assert found["spending_days"] == read_everything(location)["spending_days"]
    assert (await (await opened(target)).upkeep.verify()).problems == []


async def test_another_cost_is_a_difference_too(history, location, target, copy) -> None:
    await add_session(history)
    await copy(location, target)
    run_statement(target, "UPDATE spending SET confirmed = 0")

    with pytest.raises(AntiphonError) as caught:
        await copy(location, target)
    assert caught.value.failure.kind == "conflict"

    await copy(location, target, replace=True)
    assert read_everything(target)["spending"] == read_everything(location)["spending"]


async def test_a_deleted_session_comes_back_and_its_cost_counts_once(
    history, opened, location, target, copy
) -> None:
    session = await add_session(history)
    await copy(location, target)
    there = await opened(target)
    await there.library.delete(session.id)

    await copy(location, target)

    assert read_everything(target) == read_everything(location)


async def test_a_dry_run_says_what_would_be_copied(history, location, target, copy) -> None:
    await fill(history)

    report = await copy(location, target, dry_run=True)

    assert (report.dry_run, report.sessions, report.messages) == (True, 3, 15)
    assert report.tables is None
    assert (await copy(location, target)).sessions == 3


async def test_the_source_may_be_written_meanwhile(history, location, target) -> None:
    session = await add_session(history)
    before = read_everything(location)
    phases: list[str] = []

    async with (
        open_source(parse_place(str(location))) as snapshot,
        open_target(parse_place(str(target))) as there,
    ):
        await add_session(history, "Later")
        await history.library.rename(session.id, "Other")
        await copy_history(snapshot, there, lambda phase, *_: phases.append(phase))

    assert read_everything(target) == before
    assert [*dict.fromkeys(phases)] == ["copy", "verify"]


async def test_a_session_that_went_on_is_updated(history, location, target, copy, story) -> None:
    first = story()
    await history.begin_run(first.start)
    await history.record([AnswerEnd(first.ended("one"))])
    await copy(location, target)
    more = [first.message(first.panes[0], run_id=None, content="and more")]
    await history.add_messages(first.session, more)

    report = await copy(location, target)

    assert (report.updated, report.sessions, report.replaced) == (1, 0, 0)
    assert read_everything(target) == read_everything(location)


async def test_a_session_that_is_answering_is_left_out_until_it_has_ended(
    history, location, target, copy
) -> None:
    running = await add_session(history, "Running", ends=False)
    await add_session(history)

    report = await copy(location, target)

    assert (report.running, report.sessions) == (1, 1)
    assert running.id not in {row["id"] for row in read_everything(target)["sessions"]}
    messages = await history.messages(session_id=running.id)
    for each in messages:
        if each.status == "streaming":
            await history.record([AnswerEnd(each.model_copy(update={"status": "complete"}))])
    again = await copy(location, target)
    assert (again.running, again.sessions) == (0, 1)
    assert ids_of(target) == ids_of(location)


async def test_what_is_damaged_on_the_way_is_noticed(history, location, target, copy) -> None:
    await add_session(history)

    def damage(phase: str, done: int, _: int) -> None:
        if (phase, done) == ("verify", 0):
            run_statement(target, "UPDATE messages SET finish_reason = 'other'")

    async with (
        open_source(parse_place(str(location))) as snapshot,
        open_target(parse_place(str(target))) as there,
    ):
        with pytest.raises(AntiphonError) as caught:
            await copy_history(snapshot, there, damage)

    assert "messages" in caught.value.failure.message
