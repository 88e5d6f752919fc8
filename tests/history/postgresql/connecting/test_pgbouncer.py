"""A history behind a pool that shares its connections: what works and what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest

from antiphon.engine.ports import AnswerEnd, TextChunk
from antiphon.history import open_history
from antiphon.model.commands.search import SearchParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from support.history.stored import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.history.pgbouncer import Pgbouncer

OFF = "off"


@pytest.fixture
def transactions(pool) -> Iterator[Pgbouncer]:
    with pool(pool_mode="transaction", default_pool_size=6) as started:
        yield started


async def test_two_servers_share_a_history_through_a_transaction_pool(
    transactions, postgresql_cluster, opened, story
) -> None:
    url = transactions.url(postgresql_cluster.create(), prepared_statements=OFF)
    history, other = await opened(url), await opened(url)
    one = story()
    await history.begin_run(one.start)
    before = await other.database.version()
    for part in ("a zebra ", "walks"):
        await history.record([TextChunk(one.answer.id, part)])
    await other.recover()
    assert (await other.message(one.answer.id)).status == "streaming", "its server lives"
    await history.record([AnswerEnd(one.ended("a zebra walks"))])

    assert await other.database.version() != before, "changes are looked for by the clock"
    assert (await other.message(one.answer.id)).content == "a zebra walks"
    assert len((await other.library.search(SearchParams(query="zebra"))).hits) == 1


async def test_the_answers_of_a_server_that_died_behind_a_pool_are_ended(
    transactions, postgresql_cluster, opened, story
) -> None:
    url = transactions.url(postgresql_cluster.create(), prepared_statements=OFF)
    history, other = await opened(url), await opened(url)
    one = story()
    await history.begin_run(one.start)
    presence = history.database.presence
    presence._raw.terminate()  # as its process does that is killed
    with anyio.fail_after(10):
        while (await other.message(one.answer.id)).status == "streaming":
            await other.recover()
    assert (await other.message(one.answer.id)).status == "interrupted"


async def test_a_transaction_pool_is_refused_without_the_setting_that_it_needs(
    transactions, postgresql_cluster, problem_of
) -> None:
    problem = await problem_of(transactions.url(postgresql_cluster.create()))
    assert "Add prepared_statements=off" in problem


async def test_a_pool_whose_sessions_are_our_own_needs_no_setting(
    pool, postgresql_cluster, problem_of
) -> None:
    with pool(pool_mode="session", default_pool_size=6) as sessions:
        assert await problem_of(sessions.url(postgresql_cluster.create())) is None


async def test_a_session_that_turns_out_to_be_shared_is_noticed_later(history) -> None:
    presence = history.database.presence
    presence._session += 1
    assert not await presence._answers(presence._raw)
    assert "Add prepared_statements=off" in presence.problem


async def test_a_database_that_a_pool_does_not_know_is_named(transactions, problem_of) -> None:
    problem = await problem_of(transactions.url("nowhere", prepared_statements=OFF))
    assert "does not exist" in problem


@pytest.mark.parametrize("settings", [{}, {"ignore_startup_parameters": "search_path"}])
async def test_a_pool_that_refuses_or_ignores_the_search_path_is_named(
    pool, problem_of, settings
) -> None:
    with pool(pool_mode="transaction", **settings) as started:
        url = started.url("postgres", prepared_statements=OFF, search_path="team")
        assert "ALTER ROLE" in await problem_of(url)


async def test_a_wrong_password_at_a_pool_is_named_and_not_shown(
    transactions, problem_of, caplog
) -> None:
    url = transactions.url("postgres", prepared_statements=OFF).replace("correct", "s3cret")
    problem = await problem_of(url)
    assert "refuses this user or password" in problem
    assert "s3cret" not in caplog.text + problem


async def test_a_pool_that_is_started_again_in_a_stream_loses_and_doubles_nothing(
    pool, postgresql_cluster, story
) -> None:
    name = postgresql_cluster.create()
    with pool(pool_mode="transaction") as started:
        history = await open_history(started.url(name, prepared_statements=OFF), server_id=new_id())
        one = story()
        await history.begin_run(one.start)
        await history.record([TextChunk(one.answer.id, "before ")])
        async with anyio.create_task_group() as group:
            group.start_soon(history.database.watch)
            await anyio.to_thread.run_sync(started.restart)
            with anyio.fail_after(30):
                while not await _recorded(history, [AnswerEnd(one.ended("before and after"))]):
                    await anyio.sleep(0.05)
            group.cancel_scope.cancel()
        assert (await history.message(one.answer.id)).content == "before and after"
        assert await rows(history, "SELECT count(*) FROM messages") == [(2,)]
        await history.aclose()


async def _recorded(history, records) -> bool:
    try:
        await history.record(records)
    except AntiphonError:
        return False
    return True
