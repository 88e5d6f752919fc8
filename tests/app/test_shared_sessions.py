"""A session that is shared is read by others, and changed by its owner alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from support.lsp.team import CASES, MODEL, argument_of, furnish

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.lsp.id_fields import IdField
    from support.lsp.socket_client import SocketClient

CHANGES = {
    "broadcast",
    "regenerate",
    "cancel",
    "session.rename",
    "session.tag",
    "session.delete",
    "session.share",
    "summarize",
    "merge",
    "digest.estimate",
    "prompt.run",
    "sendTo",
    "pipeline.run",
}
"""Commands that change the session that they name, and the estimate of one of them. `sendTo` opens
new panes in the session that it quotes."""
QUOTES = {"context", "selection"}
READ_IN_VAIN = {"consensus paneIds.[]", "consensus messageIds.[]", "code.propose uri"}
"""What is read, and has too few answers or no code."""


def is_change(field: IdField) -> bool:
    name = field.command.removeprefix("antiphon.")
    return name in CHANGES and field.path[0] not in QUOTES


async def test_a_shared_session_is_read_and_not_changed(team: Any) -> None:
    wrong: dict[str, Any] = {}
    async with team() as users:
        hers, own = await furnish(users.alice), await furnish(users.bob)
        opened = await users.alice.command(
            "pipeline.drift", left=hers.ids["pipeline run"], right=hers.ids["pipeline run"]
        )
        assert opened["steps"]
        sessions = (await users.alice.command("session.list"))["sessions"]
        for each in sessions:
            shared = await users.alice.command(
                "session.share", sessionId=each["id"], **{"with": ["bob", "carol"]}
            )
            assert shared["with"] == ["bob", "carol"]
        for field in CASES:
            if field.kind == "pipeline" or "session.follow" in field.command:
                continue  # a pipeline is not shared with the session; a follow stays open
            before, her_rows = users.rows(), users.rows_of("alice")
            argument = argument_of(field, own.ids, hers.ids[field.kind])
            reply = await users.bob.command(field.command.removeprefix("antiphon."), **argument)
            if is_change(field):
                if reply.get("kind") != "permission" or users.rows() != before:
                    wrong[str(field)] = reply
                continue
            looked_at = reply.get("kind") == "invalid_params" and str(field) in READ_IN_VAIN
            if ("kind" in reply and not looked_at) or users.rows_of("alice") != her_rows:
                wrong[str(field)] = reply
    assert not wrong, "\n".join(f"{field}: {reply}" for field, reply in wrong.items())


async def test_a_session_is_shared_with_those_who_are_named_until_it_is_not(team: Any) -> None:
    async with team() as users:
        hers = (await users.alice.ask(MODEL))["result"]["sessionId"]
        named = {"sessionId": hers, "with": ["carol"]}
        await users.alice.command("session.share", **named)
        assert (await users.bob.command("session.open", sessionId=hers))["kind"] == "not_found"
        await users.alice.command("session.share", **{**named, "with": ["bob"]})
        opened = await users.bob.command("session.open", sessionId=hers)
        assert opened["session"]["sharedBy"] == "alice"
        assert len((await users.bob.command("session.list"))["sessions"]) == 1
        await users.alice.command("session.share", **{**named, "with": []})
        assert (await users.bob.command("session.open", sessionId=hers))["kind"] == "not_found"
        own = await users.alice.command("session.open", sessionId=hers)
        assert "sharedBy" not in own["session"]


async def test_a_quote_of_a_shared_session_goes_into_ones_own(team: Any) -> None:
    async with team() as users:
        hers, own = await furnish(users.alice), await furnish(users.bob)
        await users.alice.command("session.share", sessionId=hers.ids["session"], **{"with": "all"})
        sent = await users.bob.command(
            "sendTo",
            **{"from": {"messageIds": [hers.ids["message"]]}},
            to={"paneIds": [own.ids["pane"]]},
            mode="context",
        )
        assert sent["sessionId"] == own.ids["session"]
        forked = await users.bob.command("session.fork", messageId=hers.ids["message"])
        assert "sharedBy" not in forked["session"]
        renamed = await users.bob.command(
            "session.rename", sessionId=forked["session"]["id"], title="Mine"
        )
        assert renamed["session"]["title"] == "Mine"


async def test_a_running_answer_of_another_user_is_neither_seen_nor_stopped(
    team: Any, fault_server: FaultServer
) -> None:
    async with team() as users:
        asked = users.alice.begin_broadcast("work/gate-1-3", prompt="tag:hers")
        await users.alice.until(lambda: users.alice.events("token"))
        start = users.alice.events("start")[0]
        [session] = (await users.alice.command("session.list"))["sessions"]
        [pane] = session["panes"]

        async def text_for(client: SocketClient) -> dict[str, Any]:
            request = client.begin("workspace/textDocumentContent", {"uri": pane["uri"]})
            return await client.answer(request)

        for named in ({"runId": start["runId"]}, {"paneId": pane["id"]}):
            assert (await users.bob.command("cancel", **named))["kind"] == "not_found"
        assert await users.bob.command("cancel") == {"cancelled": 0}
        assert (await text_for(users.bob))["error"]["data"]["kind"] == "not_found"
        await users.alice.command("session.share", sessionId=session["id"], **{"with": ["bob"]})
        assert (await text_for(users.bob))["result"] == (await text_for(users.alice))["result"]
        for named in ({"runId": start["runId"]}, {"paneId": pane["id"]}):
            assert (await users.bob.command("cancel", **named))["kind"] == "permission"
        await asyncio.to_thread(fault_server.release, "hers")
        assert (await users.alice.answer(asked))["result"]["results"][0]["status"] == "complete"


async def test_a_follower_of_a_shared_session_sees_it_until_it_is_not_shared(team: Any) -> None:
    async with team() as users:
        hers = (await users.alice.ask(MODEL))["result"]["sessionId"]
        await users.alice.command("session.share", sessionId=hers, **{"with": "all"})
        followed = users.bob.begin_command("session.follow", sessionId=hers, streamToken="live")
        await users.bob.until(lambda: users.bob.events("snapshot"))
        assert "sharedBy" not in users.bob.events("snapshot")[0]["session"]
        await users.alice.ask(MODEL, sessionId=hers)
        await users.bob.until(lambda: users.bob.events("final"))
        await users.alice.command("session.share", sessionId=hers, **{"with": []})
        assert (await users.bob.answer(followed))["result"]["ended"] == "cancelled"
        again = await users.bob.command("session.follow", sessionId=hers, streamToken="again")
        assert again["kind"] == "not_found"
