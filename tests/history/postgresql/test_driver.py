"""Addresses, statements, characters and commits, as the driver treats them."""

from __future__ import annotations

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.ports import AnswerEnd, RunStart, TextChunk
from antiphon.history.postgresql.driver.address import parse_address
from antiphon.history.postgresql.driver.statements import translated
from antiphon.history.postgresql.nul import with_nul, without_nul
from antiphon.history.sql.database import CommitInDoubtError
from antiphon.model.values.ids import new_id
from support.history.stored import rows


def test_an_address_is_shown_without_its_password_and_parameters() -> None:
    address = parse_address("postgresql://me:s3cret@db.example:5433/antiphon?sslmode=require")
    assert address.shown == "postgresql://me@db.example:5433/antiphon"
    assert "s3cret" not in repr(address)
    assert "sslmode=require" in address.dsn


def test_our_own_parameter_is_not_sent_to_the_server() -> None:
    address = parse_address("postgresql:///a?prepared_statements=off&sslmode=disable")
    assert not address.prepares
    assert address.dsn == "postgresql:///a?sslmode=disable"


@pytest.mark.parametrize(
    ("statement", "text", "names"),
    [
        ("SELECT ? WHERE a = ?", "SELECT $1 WHERE a = $2", ()),
        ("SELECT :a, :b, :a", "SELECT $1, $2, $1", ("a", "b")),
        ("SELECT 'a ? :b', \"c?\", ?::text", "SELECT 'a ? :b', \"c?\", $1::text", ()),
        ("SELECT 1 WHERE id IN ()", "SELECT 1 WHERE id IN (NULL)", ()),
    ],
)
def test_parameters_are_numbered_outside_of_texts_and_types(statement, text, names) -> None:
    found = translated(statement)
    assert (found.text, found.names) == (text, names)


@given(st.text(st.sampled_from("a0\0\ufdd0") | st.characters(exclude_categories=("Cs",))))
def test_every_text_comes_back_and_none_has_a_nul_on_the_way(text) -> None:
    stored = without_nul(text)
    assert "\0" not in stored
    assert with_nul(stored) == text


async def test_without_prepared_statements_everything_goes_on_as_before(
    postgresql_url, opened, story
) -> None:
    history = await opened(f"{postgresql_url}&prepared_statements=off")
    one = story()
    await history.begin_run(one.start)
    await history.record([TextChunk(one.answer.id, "so far")])
    other = await opened(postgresql_url)
    await other.recover()
    assert (await other.message(one.answer.id)).status == "streaming", "its server lives"
    await history.record([AnswerEnd(one.ended("so far, so good"))])
    assert (await history.message(one.answer.id)).content == "so far, so good"


@pytest.mark.parametrize("was_stored", [True, False])
async def test_a_commit_whose_answer_was_lost_is_neither_lost_nor_doubled(
    history, story, monkeypatch, was_stored
) -> None:
    one = story()
    await history.begin_run(one.start)
    database = history.database
    write = database.write

    async def cut_off(work, **how):
        if was_stored:
            await write(work, **how)
        raise CommitInDoubtError("7")

    async def was_committed(transaction):
        return was_stored

    records = [TextChunk(one.answer.id, "once")]
    monkeypatch.setattr(database, "write", cut_off)
    monkeypatch.setattr(database, "was_committed", was_committed)
    with pytest.raises(CommitInDoubtError):
        await history.record(records)
    monkeypatch.setattr(database, "write", write)
    await history.record([*records, TextChunk(one.answer.id, " more")])

    assert (await history.message(one.answer.id)).content == "once more"
    assert await rows(history, "SELECT count(*) FROM chunks") == [(2,)]


async def test_a_run_whose_start_was_stored_in_doubt_does_not_keep_its_pane(
    history, story, monkeypatch
) -> None:
    one = story()
    database = history.database
    write = database.write

    async def cut_off(work, **how):
        await write(work, **how)
        raise CommitInDoubtError("7")

    monkeypatch.setattr(database, "write", cut_off)
    with pytest.raises(CommitInDoubtError):
        await history.begin_run(one.start)
    monkeypatch.setattr(database, "write", write)

    again = one.message(one.panes[0], role="assistant", status="streaming", run_id=new_id())
    await history.begin_run(RunStart(again.run_id, one.session, [again], session_exists=True))

    assert (await history.message(one.answer.id)).status == "interrupted"
    assert (await history.message(again.id)).status == "streaming"


async def test_the_database_tells_what_became_of_a_transaction(history, story) -> None:
    await history.begin_run(story().start)
    [(number,)] = await rows(history, "SELECT xmin::text FROM sessions")
    assert await history.database.was_committed(number)


async def test_a_transaction_that_this_server_never_heard_of_was_not_committed(history) -> None:
    """After a failover the new server may be behind the old one's last commits."""
    assert not await history.database.was_committed("999999999999999")


async def test_a_stopped_search_stops_no_other_that_waits_behind_it(history) -> None:
    searcher = history.database._searcher
    asked: list[str] = []

    async def sleep_for_ever() -> None:
        await searcher.read_stoppable(lambda c: c.execute("SELECT pg_sleep(600)"))

    async def answer() -> None:
        def work(c):
            return c.execute("SELECT 'answered' FROM pg_sleep(0.2)").fetchone()[0]

        asked.append(await searcher.read_stoppable(work))

    with anyio.fail_after(60):
        async with anyio.create_task_group() as running, anyio.create_task_group() as stopped:
            stopped.start_soon(sleep_for_ever)
            await _until(lambda: searcher._connection and searcher._connection._waiting)
            running.start_soon(answer)
            stopped.cancel_scope.cancel()
    assert asked == ["answered"]


async def test_one_that_stops_waiting_for_its_turn_leaves_the_running_one_alone(history) -> None:
    searcher = history.database._searcher
    found: list[str] = []

    async def answer() -> None:
        def work(c):
            return c.execute("SELECT 'answered' FROM pg_sleep(0.3)").fetchone()[0]

        found.append(await searcher.read_stoppable(work))

    with anyio.fail_after(60):
        async with anyio.create_task_group() as running:
            running.start_soon(answer)
            await _until(lambda: searcher._connection and searcher._connection._waiting)
            with anyio.move_on_after(0.05):
                await searcher.read_stoppable(lambda c: c.execute("SELECT 1").fetchone())
    assert found == ["answered"]


async def test_a_server_lives_though_its_cut_connection_seems_to_live_too(
    postgresql_url, opened, story
) -> None:
    history = await opened(postgresql_url)
    one = story()
    await history.begin_run(one.start)
    presence = history.database.presence
    cut, presence._raw = presence._raw, await presence._announce()
    cut.terminate()
    await (await opened(postgresql_url)).recover()
    assert (await history.message(one.answer.id)).status == "streaming"


async def _until(condition) -> None:
    while not condition():
        await anyio.sleep(0.01)
