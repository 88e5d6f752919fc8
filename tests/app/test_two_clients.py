"""Two clients of one engine: what one of them sets and knows is never the other's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from support.lsp.shared_server import failures, statuses

if TYPE_CHECKING:
    from support.lsp.shared_server import Pair
    from support.lsp.socket_client import SocketClient

ONE_KEY, OTHER_KEY = "key-of-the-first-client", "key-of-the-other-client"


def changed_sessions(client: SocketClient) -> set[str]:
    """The sessions that the client was sent a change of."""
    changes = [each for params in client.sent("antiphon/didChange") for each in params["changes"]]
    return {each["id"] for each in changes if each["type"] == "session"}


async def test_each_client_asks_with_the_key_of_its_own_environment(pair: Pair) -> None:
    async with pair.client(ONE_KEY) as one, pair.client(OTHER_KEY) as other:
        asked = [
            client.begin_broadcast("work/ok", "work/ok", prompt=f"tag:{name}")
            for name, client in (("one", one), ("other", other))
            for _ in range(2)
        ]
        for client, request in zip((one, one, other, other), asked, strict=True):
            assert statuses(await client.answer(request)) == ["complete", "complete"]
    assert await pair.keys("one") == {f"Bearer {ONE_KEY}"}
    assert await pair.keys("other") == {f"Bearer {OTHER_KEY}"}


async def test_a_key_that_an_editor_keeps_is_sent_for_that_editor_alone(pair: Pair) -> None:
    async with pair.client() as without, pair.client(keeps=OTHER_KEY) as keeper:
        assert statuses(await keeper.ask("work/ok", prompt="tag:keeper")) == ["complete"]
        refused = await without.ask("work/ok", prompt="tag:without")
        assert failures(refused) == ["authentication"]
        assert without.sent("antiphon/key") == []
    assert await pair.keys("keeper") == {f"Bearer {OTHER_KEY}"}
    assert await pair.keys("without") == set()


async def test_a_key_that_one_client_sets_is_not_the_others(pair: Pair) -> None:
    async with pair.client() as one, pair.client() as other:
        await one.command("keys.set", provider="work", key=ONE_KEY)
        assert statuses(await one.ask("work/ok", prompt="tag:one")) == ["complete"]
        refused = await other.ask("work/ok", prompt="tag:other")
        assert failures(refused) == ["authentication"]
        [status] = [
            each
            for each in (await other.command("keys.status"))["providers"]
            if each["name"] == "work"
        ]
        assert status["source"] == "none"
    assert await pair.keys("one") == {f"Bearer {ONE_KEY}"}


async def test_a_key_goes_with_its_client(pair: Pair) -> None:
    async with pair.client() as first:
        await first.command("keys.set", provider="work", key=ONE_KEY)
    async with pair.client() as second:
        refused = await second.ask("work/ok")
        assert failures(refused) == ["authentication"]


async def test_one_name_may_be_two_addresses(pair: Pair) -> None:
    elsewhere = {"baseUrl": "http://127.0.0.1:9/v1", "models": ["ok"]}
    async with pair.client(ONE_KEY) as here, pair.client(providers={"work": elsewhere}) as away:
        unreachable = await away.ask("work/ok", prompt="tag:away")
        assert statuses(unreachable) == ["failed"]
        assert statuses(await here.ask("work/ok", prompt="tag:here")) == ["complete"]
    assert await pair.keys("away") == set()


async def test_a_refused_key_of_one_client_does_not_stop_the_other(pair: Pair) -> None:
    async with pair.client(ONE_KEY) as one, pair.client(OTHER_KEY) as other:
        for client in (one, other):
            assert failures(await client.ask("work/s401", prompt="tag:sent")) == ["authentication"]
            again = await client.ask("work/s401", prompt="tag:not-sent")
            assert "refused the key a moment ago" in str(again)
    assert await pair.keys("sent") == {f"Bearer {ONE_KEY}", f"Bearer {OTHER_KEY}"}
    assert await pair.keys("not-sent") == set()


async def test_models_are_those_of_the_clients_own_settings(pair: Pair) -> None:
    mine = {"home": {"type": "demo"}}
    sections = {"providers": mine, "models": {"default": ["home/terse"], "lineups": {"all": []}}}
    async with pair.client(ONE_KEY) as one, pair.client(**sections) as other:
        first, second = await one.command("models"), await other.command("models")
        assert {each["id"] for each in first["models"] if each["id"].startswith("work/")}
        assert not {each["id"] for each in second["models"] if each["id"].startswith("work/")}
        assert not {each["id"] for each in first["models"] if each["id"].startswith("home/")}
        assert (second["default"], [*second["lineups"]]) == (["home/terse"], ["all"])
        assert [*first["lineups"]] == []


async def test_a_changed_configuration_is_that_of_its_client_alone(pair: Pair) -> None:
    async with pair.client(ONE_KEY) as one, pair.client(OTHER_KEY) as other:
        running = one.begin_broadcast("work/gate-1-3", prompt="tag:running")
        await one.until(lambda: one.events("token"))
        await other.configure({"limits": {"maxPanesPerRun": 1}, "models": {"default": ["work/x"]}})
        too_many = await other.ask("work/ok", "work/ok")
        assert "1 panes" in too_many["error"]["data"]["message"]
        assert statuses(await one.ask("work/ok", "work/ok")) == ["complete", "complete"]
        assert (await one.command("models"))["default"] != ["work/x"]
        await asyncio.to_thread(pair.faults.release, "running")
        assert statuses(await one.answer(running)) == ["complete"]


async def test_a_client_that_ends_cancels_its_own_runs_alone(pair: Pair) -> None:
    async with pair.client(ONE_KEY) as stays:
        states: list[bool] = []
        kept = stays.begin_broadcast("work/gate-1-3", prompt="tag:kept")
        async with pair.client(OTHER_KEY) as leaves:
            leaves.begin_broadcast("work/gate-1-3", prompt="tag:left")
            await leaves.until(lambda: leaves.events("token"))
            await stays.until(lambda: stays.events("token"))
        for session_id in changed_sessions(stays):
            opened = await stays.command("session.open", sessionId=session_id)
            panes = opened["session"]["panes"]
            is_kept = any(each.get("state") == "streaming" for each in panes)
            states.append(is_kept)
        assert sorted(states) == [False, True]
        assert stays.answers.get(kept) is None
        await asyncio.to_thread(pair.faults.release, "kept")
        assert statuses(await stays.answer(kept)) == ["complete"]


async def test_stopping_everything_stops_what_this_client_runs(pair: Pair) -> None:
    async with pair.client(ONE_KEY) as one, pair.client(OTHER_KEY) as other:
        kept = one.begin_broadcast("work/gate-1-3", prompt="tag:kept")
        stopped = other.begin_broadcast("work/gate-1-3", prompt="tag:stopped")
        for each in (one, other):
            await each.until(lambda each=each: each.events("token"))
        assert await other.command("cancel") == {"cancelled": 1}
        assert statuses(await other.answer(stopped)) == ["cancelled"]
        await asyncio.to_thread(pair.faults.release, "kept")
        assert statuses(await one.answer(kept)) == ["complete"]


async def test_a_run_of_another_client_is_stopped_by_its_id(pair: Pair) -> None:
    async with pair.client(ONE_KEY) as one, pair.client(OTHER_KEY) as other:
        asked = one.begin_broadcast("work/gate-1-3")
        await one.until(lambda: one.events("token"))
        run_id = one.events("start")[0]["runId"]
        assert await other.command("cancel", runId=run_id) == {"cancelled": 1}
        assert statuses(await one.answer(asked)) == ["cancelled"]


async def test_one_client_sees_that_the_others_session_changed(pair: Pair) -> None:
    async with pair.client(ONE_KEY) as one, pair.client(OTHER_KEY) as other:
        session_id = (await one.ask("work/ok"))["result"]["sessionId"]
        await other.until(lambda: session_id in changed_sessions(other))


async def test_nothing_of_a_client_is_left_behind(pair: Pair) -> None:
    engine = pair.server.engine
    async with pair.client(ONE_KEY) as one:
        await one.ask("work/ok")
        assert len(engine.clients) == 1
    assert len(engine.clients) == 0
    assert ONE_KEY not in pair.server.redactor.known


async def test_each_client_has_the_proxies_of_its_own_environment(pair: Pair) -> None:
    proxy = {"HTTPS_PROXY": "http://proxy.example:3128"}
    async with pair.client(OTHER_KEY) as other, pair.client(ONE_KEY, environ=proxy) as one:
        routes = []
        for client in (one, other):
            providers = (await client.command("health"))["providers"]
            routes += [each.get("route") for each in providers if each["name"] == "openai"]
    assert "through the proxy http://proxy.example:3128" in routes[0]
    assert routes[1] is None
