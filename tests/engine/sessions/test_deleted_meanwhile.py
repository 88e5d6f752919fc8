"""A session that another server deletes between the plan of a run and its beginning."""

import pytest
from desk import Desk, Person, answered

from antiphon.history import open_history
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id


@pytest.mark.parametrize("named", ["paneIds", "sessionId", "models"])
async def test_nothing_is_sent_and_nothing_comes_back(desk: Desk, person: Person, tmp_path, named):
    first = await answered(desk, person, "One.", "Two.")
    other = await open_history(tmp_path / "history.db", server_id=new_id())
    targets = {
        "paneIds": {"paneIds": [first.panes[0].id]},
        "sessionId": {"sessionId": first.session_id},
        "models": {"sessionId": first.session_id, "models": ["script/new"]},
    }

    async def delete(*_: object, **__: object) -> None:
        if (await other.sessions(limit=1))[0]:
            await other.library.delete(first.session_id)

    desk.providers.count_tokens = delete  # which is asked between the plan and the beginning
    desk.changes.clear()
    try:
        with pytest.raises(AntiphonError) as refused:
            await desk.broadcast(person, **targets[named])
    finally:
        await other.aclose()

    assert refused.value.failure.kind == "not_found"
    assert refused.value.failure.message.startswith(f"The session {first.session_id} has been")
    assert await desk.history.sessions(limit=10) == ([], None)
    assert sum(map(len, desk.providers.streams.values())) == 2
    assert desk.changes == [("session", first.session_id)], "views must look again"
