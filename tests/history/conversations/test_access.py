"""One database for several users: each reads and changes their own."""

from __future__ import annotations

import pytest

from antiphon.engine.ports.ledger import BudgetLimit, SpendingScope
from antiphon.engine.ports.pipelines import KeptPipeline
from antiphon.model.commands.meter import MeterParams
from antiphon.model.commands.search import SearchParams
from antiphon.model.failure import AntiphonError


@pytest.mark.parametrize("place", ["kept", ":memory:"])
async def test_what_one_user_stores_no_other_finds(opened, location, story, place) -> None:
    history = await opened(location if place == "kept" else place)
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
    from tests.history.spending.test_spending import reserving

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
