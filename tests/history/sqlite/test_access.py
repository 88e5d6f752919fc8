"""One file for several users: each reads and changes their own, by the plans that there were."""

from __future__ import annotations

from contextlib import closing

import pytest

from antiphon.engine.ports.ledger import BudgetLimit, SpendingScope
from antiphon.engine.ports.pipelines import KeptPipeline
from antiphon.history.conversations import queries
from antiphon.history.conversations.access import VISIBLE
from antiphon.history.sqlite.access.visible_rows import (
    _ANY_OWNER,
    OPEN,
    Viewer,
    hide_others,
)
from antiphon.history.sqlite.dialect import DIALECT
from antiphon.history.sqlite.driver.connection import connect
from antiphon.history.sqlite.opening.migrate import migrate, shipped
from antiphon.model.commands.meter import MeterParams
from antiphon.model.commands.search import SearchParams
from antiphon.model.failure import AntiphonError


@pytest.fixture
def connection(tmp_path):
    with closing(connect(tmp_path / "a.db")) as opened:
        migrate(opened, shipped())
        yield opened


def plan(connection, query, parameters=()) -> str:
    rows = connection.execute(f"EXPLAIN QUERY PLAN {query}", parameters).fetchall()
    return "\n".join(row[3] for row in rows)


def test_of_every_table_it_is_known_who_may_read_which_rows(connection) -> None:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    tables = {name for (name,) in names if not name.startswith(("sqlite_", "search_"))}
    views_of_search = {"message_names", "searchable"}
    assert tables - views_of_search == {"sessions", *VISIBLE, *OPEN}


def test_whether_others_have_anything_is_found_by_indexes(connection) -> None:
    lines = plan(connection, _ANY_OWNER).splitlines()
    reads = [line for line in lines if "sessions" in line or "pipelines" in line or "days" in line]
    assert len(reads) == 3
    assert all("INDEX" in line or "PRIMARY KEY" in line for line in reads), lines


@pytest.mark.parametrize(
    ("query", "parameters", "index"),
    [
        (f"{queries._PANE} WHERE panes.id = ?", ("x",), "sqlite_autoindex_panes_1"),
        ("SELECT * FROM messages WHERE pane_id = ? ORDER BY number", ("x",), "messages_of_pane"),
        ("SELECT * FROM messages WHERE id = ?", ("x",), "sqlite_autoindex_messages_1"),
        (DIALECT.messages_made_from, ("x",), "messages_by_origin"),
        (
            queries._PAGE,
            {"tag": None, "updated_at": None, "id": None, "limit": 3},
            "sessions_by_recency",
        ),
    ],
)
def test_the_rows_of_one_user_are_found_by_the_same_indexes(
    connection, query, parameters, index
) -> None:
    hide_others(connection, Viewer("alice"))
    assert f"INDEX {index}" in plan(connection, query, parameters)


@pytest.mark.parametrize("place", ["file", ":memory:"])
async def test_what_one_user_stores_no_other_finds(opened, database, story, place) -> None:
    history = await opened(database if place == "file" else place)
    alice, bob, person = (history.for_user(each) for each in ("alice", "bob", None))
    hers = story()
    await alice.begin_run(hers.start)
    assert (await alice.session(hers.session_id)).shared_by is None
    for other in (bob, person):
        assert (await other.sessions(limit=5))[0] == []
        found = await other.library.search(SearchParams(query="why"))
        assert found.hits == []
        with pytest.raises(AntiphonError, match="no session"):
            await other.session(hers.session_id)
        with pytest.raises(AntiphonError, match="deleted"):
            await other.add_messages(hers.session, [])
        with pytest.raises(AntiphonError, match="no session"):
            await other.library.rename(hers.session_id, "Mine")
    assert len((await alice.library.search(SearchParams(query="why"))).hits) == 1
    await alice.library.share(hers.session_id, ["bob"])
    assert (await bob.session(hers.session_id)).shared_by == "alice"
    with pytest.raises(AntiphonError) as refused:
        await bob.library.delete(hers.session_id)
    assert refused.value.failure.kind == "permission"


async def test_a_mistyped_id_is_not_completed_to_one_of_another_user(history, story) -> None:
    hers = story()
    await history.for_user("alice").begin_run(hers.start)
    mistyped = hers.session_id[:-1]
    for other in (history, history.for_user("bob")):
        for refusal in (other.session(mistyped), other.library.rename(mistyped, "x")):
            with pytest.raises(AntiphonError) as refused:
                await refusal
            assert hers.session_id not in str(refused.value.failure.hint)


async def test_a_budget_counts_what_its_user_spends(history, story) -> None:
    from tests.history.sqlite.spending.test_spending import reserving

    budget = BudgetLimit("day", 100, 80, blocks=True)
    for user, amount in (("alice", 60), ("bob", 60), (None, 60)):
        theirs = history.for_user(user)
        one = story()
        await theirs.begin_run(reserving(one, amount))
        scope = SpendingScope(one.messages[0].created_at)
        [usage] = await theirs.ledger.usages([budget], scope)
        assert usage.reserved == amount
        assert (await theirs.ledger.latest())[1] == one.session_id
    assert (await history.ledger.totals(MeterParams(group_by="session"))).omitted == 0


async def test_a_pipeline_is_its_users_alone(history) -> None:
    kept = KeptPipeline("01J00000000000000000000000", "one", "text", "0" * 64)
    alice, bob = (history.for_user(each).pipelines for each in ("alice", "bob"))
    await alice.put([kept])
    await alice.approve([kept.sha256])
    assert await bob.list() == await history.pipelines.list() == []
    assert await bob.approved([kept.sha256]) == frozenset()
    for change in (bob.put([kept]), bob.delete(kept.id), history.pipelines.delete(kept.id)):
        with pytest.raises(AntiphonError, match="no pipeline"):
            await change
    assert (await alice.get(kept.id)).name == "one"
