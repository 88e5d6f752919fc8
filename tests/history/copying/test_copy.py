"""Copying histories: everything arrives, twice changes nothing, differences are refused."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.support.history.whole_history import add_loose, add_session, read_everything

from antiphon.engine.ports import AnswerEnd
from antiphon.history.copying.copy import copy_history
from antiphon.history.copying.places import open_source, open_target, parse_place
from antiphon.history.sqlite.driver.connection import connect
from antiphon.model.commands.search import SearchParams
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from antiphon.history.store import SqlHistory


async def fill(history: SqlHistory) -> None:
    """Puts something into every table, for two users."""
    await add_session(history)
    await add_session(history.for_user("anna"), "Another")
    await add_session(history, "Third")
    await add_loose(history)
    await add_loose(history.for_user("anna"))


async def test_everything_arrives(history, database, target, copy) -> None:
    await fill(history)
    before = read_everything(database)
    assert [name for name, rows in before.items() if not rows] == ["chunks"]

    report = await copy(database, target)

    assert read_everything(target) == before == read_everything(database)
    assert (report.sessions, report.messages, report.skipped) == (3, 15, 0)
    assert {table.name: table.rows for table in report.tables or ()}["messages"] == 15
    back = await copy(target, target.with_name("back.db"))
    assert back.digest == report.digest


async def test_what_was_copied_is_found_and_whole(history, opened, database, target, copy) -> None:
    await add_session(history, "xylophone")

    await copy(database, target)

    there = await opened(target)
    assert len((await there.library.search(SearchParams(query="xylophone"))).hits) > 0
    found = await there.upkeep.verify()
    assert (found.problems, found.skipped) == ([], None)


async def test_copying_again_changes_nothing(history, database, target, copy) -> None:
    await fill(history)
    first = await copy(database, target)
    before = read_everything(target)

    again = await copy(database, target)

    assert (again.sessions, again.messages, again.skipped) == (0, 0, 3)
    assert again.digest == first.digest
    assert read_everything(target) == before


async def test_only_new_sessions_are_added(history, opened, database, target, copy) -> None:
    await add_session(history)
    await copy(database, target)
    there = await opened(target)
    own = await add_session(there, "Own")
    await add_loose(there, "Own")
    await add_session(history, "Later")

    report = await copy(database, target)

    assert (report.sessions, report.skipped) == (1, 1)
    sessions, _ = await there.sessions(limit=9)
    titles = {session.title for session in sessions}
    assert titles == {"A word", "Own", "Later"}
    assert (await there.session(own.id)).title == "Own"
    assert (await there.upkeep.verify()).problems == []


async def test_a_difference_is_refused_before_anything_changes(
    history, opened, database, target, copy
) -> None:
    session = await add_session(history)
    await copy(database, target)
    await (await opened(target)).library.rename(session.id, "Mine")
    await add_session(history, "Later")
    before = read_everything(target)

    with pytest.raises(AntiphonError) as caught:
        await copy(database, target)

    assert caught.value.failure.kind == "conflict"
    assert session.id in caught.value.failure.message
    assert "--replace" in caught.value.failure.hint
    assert read_everything(target) == before


async def test_replacing_keeps_the_sources_values(history, opened, database, target, copy) -> None:
    session = await add_session(history)
    kept = await add_session(history, "Kept")
    await copy(database, target)
    there = await opened(target)
    await there.library.rename(session.id, "Mine")
    await there.aclose()

    report = await copy(database, target, replace=True)

    assert (report.replaced, report.skipped, report.sessions) == (1, 1, 0)
    found = read_everything(target)
    assert {row[1] for row in found["sessions"]} == {session.title, kept.title}
    assert sorted(found["messages"]) == sorted(read_everything(database)["messages"])
    assert found["spending_days"] == read_everything(database)["spending_days"]
    assert (await (await opened(target)).upkeep.verify()).problems == []


async def test_another_cost_is_a_difference_too(history, database, target, copy) -> None:
    await add_session(history)
    await copy(database, target)
    async with open_target(parse_place(str(target))) as there:
        await there.write(lambda db: db.execute("UPDATE spending SET confirmed = 0"))

    with pytest.raises(AntiphonError) as caught:
        await copy(database, target)
    assert caught.value.failure.kind == "conflict"

    await copy(database, target, replace=True)
    assert read_everything(target)["spending"] == read_everything(database)["spending"]


async def test_a_deleted_session_comes_back_and_its_cost_counts_once(
    history, opened, database, target, copy
) -> None:
    session = await add_session(history)
    await copy(database, target)
    there = await opened(target)
    await there.library.delete(session.id)

    await copy(database, target)

    assert read_everything(target) == read_everything(database)


async def test_a_dry_run_says_what_would_be_copied(history, database, target, copy) -> None:
    await fill(history)

    report = await copy(database, target, dry_run=True)

    assert (report.dry_run, report.sessions, report.messages) == (True, 3, 15)
    assert report.tables is None
    assert read_everything(target)["sessions"] == []


async def test_the_source_may_be_written_meanwhile(history, database, target) -> None:
    session = await add_session(history)
    before = read_everything(database)
    phases: list[str] = []

    async with (
        open_source(parse_place(str(database))) as snapshot,
        open_target(parse_place(str(target))) as there,
    ):
        await add_session(history, "Later")
        await history.library.rename(session.id, "Other")
        await copy_history(snapshot, there, lambda phase, *_: phases.append(phase))

    assert read_everything(target) == before
    assert [*dict.fromkeys(phases)] == ["copy", "verify"]


async def test_a_session_that_went_on_is_updated(history, database, target, copy, story) -> None:
    first = story()
    await history.begin_run(first.start)
    await history.record([AnswerEnd(first.ended("one"))])
    await copy(database, target)
    more = [first.message(first.panes[0], run_id=None, content="and more")]
    await history.add_messages(first.session, more)

    report = await copy(database, target)

    assert (report.updated, report.sessions, report.replaced) == (1, 0, 0)
    assert read_everything(target) == read_everything(database)


async def test_a_session_that_is_answering_is_left_out_until_it_has_ended(
    history, database, target, copy
) -> None:
    running = await add_session(history, "Running", ends=False)
    await add_session(history)

    report = await copy(database, target)

    assert (report.running, report.sessions) == (1, 1)
    assert running.id not in {row[0] for row in read_everything(target)["sessions"]}
    messages = await history.messages(session_id=running.id)
    for each in messages:
        if each.status == "streaming":
            await history.record([AnswerEnd(each.model_copy(update={"status": "complete"}))])
    again = await copy(database, target)
    assert (again.running, again.sessions) == (0, 1)
    assert sorted(read_everything(target)["messages"]) == sorted(
        read_everything(database)["messages"]
    )


async def test_what_is_damaged_on_the_way_is_noticed(history, database, target, copy) -> None:
    await add_session(history)

    def damage(phase: str, done: int, total: int) -> None:
        if phase == "copy" and done == total:
            with closing(connect(target)) as other:
                other.execute("UPDATE messages SET content = 'other' WHERE role = 'assistant'")

    async with (
        open_source(parse_place(str(database))) as snapshot,
        open_target(parse_place(str(target))) as there,
    ):
        with pytest.raises(AntiphonError) as caught:
            await copy_history(snapshot, there, damage)

    assert "messages" in caught.value.failure.message
