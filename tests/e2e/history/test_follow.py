"""A session is shown live by another server on the same history, and by a second follower."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.model.commands.runs import BroadcastParams
from antiphon_client import CommandFailed
from antiphon_client.follow import FollowedSession
from support.e2e.shown_documents import PATIENCE_S, Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon_client import AntiphonClient, Run
    from antiphon_client.follow import Follow
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer


class Watched:
    """A follow, and the session that it has shown so far."""

    def __init__(self, follow: Follow) -> None:
        self.follow = follow
        self.state = FollowedSession()

    async def until(self, holds: Callable[[FollowedSession], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds(self.state):
                self.state.apply(await anext(self.follow))

    def answers(self) -> list[tuple[str, str]]:
        return [
            (message.status, message.content)
            for pane_id in self.state.panes
            for message in self.state.messages(pane_id)
            if message.role == "assistant"
        ]


async def held(client: AntiphonClient, server: FaultServer) -> tuple[Run, str]:
    """A run that has shown some text and waits for its release, and its session."""
    shown = Shown()
    run = client.broadcast(BroadcastParams(prompt="tag:held", models=["fault/gate-3-6"]))
    await asyncio.to_thread(server.wait_held, 1, "held")
    await shown.follow_until(run, lambda _: any(shown.reducer.messages.values()))
    [session] = (await client.sessions()).sessions
    return run, session.id


async def test_a_run_is_followed_in_its_own_and_in_another_server(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with installation.client() as one, installation.client() as other:
        run, session_id = await held(one, fault_server)
        watched = [Watched(client.follow(session_id)) for client in (one, other)]
        for each in watched:
            await each.until(lambda state: state.running)
            assert each.answers()[0][1]
        fault_server.release("held")
        result = await run.result()
        for each in watched:
            await each.until(lambda state: not state.running)
            [(status, content)] = each.answers()
            stored = (await other.open_session(session_id)).messages[-1]
            assert (status, content) == (stored.status, stored.content)
        assert result.status == "complete"


async def test_a_follow_up_a_rename_and_the_end_of_a_session_reach_other_servers(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with installation.client() as one, installation.client() as other:
        ask = BroadcastParams(prompt="tag:first", models=["fault/ok"])
        first = await one.broadcast(ask).result()
        watched = Watched(other.follow(first.session_id))
        await watched.until(lambda state: state.session)
        panes = [pane.id for pane in first.panes]
        await one.broadcast(BroadcastParams(prompt="tag:second", pane_ids=panes)).result()
        await watched.until(lambda state: len(state.messages(panes[0])) == 4 and not state.running)
        rename = {"sessionId": first.session_id, "title": "Another title"}
        await one.command("antiphon.session.rename", rename)
        await watched.until(lambda state: state.session and state.session.title == rename["title"])
        assert {"type": "session", "id": first.session_id} in other.changes
        await one.command("antiphon.session.delete", {"sessionId": first.session_id})
        await watched.until(lambda state: state.is_deleted)
        assert (await watched.follow.result()).ended == "deleted"


async def test_the_answer_of_a_killed_server_is_seen_to_be_interrupted(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with installation.client() as living:
        async with installation.client() as killed:
            _, session_id = await held(killed, fault_server)
            watched = Watched(living.follow(session_id))
            await watched.until(lambda state: state.running and state.running[0].content)
            shown = watched.state.running[0].content
            killed.kill()
        await watched.until(lambda state: not state.running)
        [(status, content)] = watched.answers()
        assert status == "interrupted"
        assert content.startswith(shown)


async def test_a_cancelled_follow_is_answered_and_an_unknown_session_is_refused(
    installation: Installation,
) -> None:
    async with installation.client() as client:
        ask = BroadcastParams(prompt="tag:x", models=["fault/ok"])
        first = await client.broadcast(ask).result()
        watched = Watched(client.follow(first.session_id))
        await watched.until(lambda state: state.session)
        watched.follow.cancel()
        assert (await watched.follow.result()).ended == "cancelled"
        with pytest.raises(CommandFailed) as refused:
            await client.follow("01KAN0000000000000000000ZZ").result()
        assert refused.value.failure.kind == "not_found"
