"""A session that another server deletes between the plan of a run and its beginning."""

import pytest

from antiphon.history import open_history
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from support.engine.harness import EngineHarness, FakeCaller, answered


@pytest.mark.parametrize("named", ["paneIds", "sessionId", "models"])
async def test_nothing_is_sent_and_nothing_comes_back(
    harness: EngineHarness, caller: FakeCaller, tmp_path, named
):
    first = await answered(harness, caller, "One.", "Two.")
    other = await open_history(tmp_path / "history.db", server_id=new_id())
    targets = {
        "paneIds": {"paneIds": [first.panes[0].id]},
        "sessionId": {"sessionId": first.session_id},
        "models": {"sessionId": first.session_id, "models": ["script/new"]},
    }

    async def delete(*_: object, **__: object) -> None:
        if (await other.sessions(limit=1))[0]:
            await other.library.delete(first.session_id)

    harness.providers.count_tokens = delete  # which is asked between the plan and the beginning
    harness.changes.clear()
    try:
        with pytest.raises(AntiphonError) as refused:
            await harness.broadcast(caller, **targets[named])
    finally:
        await other.aclose()

    assert refused.value.failure.kind == "not_found"
    assert refused.value.failure.message.startswith(f"The session {first.session_id} has been")
    assert await harness.history.sessions(limit=10) == ([], None)
    assert sum(map(len, harness.providers.streams.values())) == 2
    assert harness.changes == [("session", first.session_id)], "views must look again"
