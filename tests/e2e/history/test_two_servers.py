"""Several servers on one database: each keeps its own answers, and leaves the others' alone."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from antiphon.model.commands.runs import BroadcastParams, RegenerateParams
from antiphon_client import CommandFailed
from support.e2e.shown_documents import PATIENCE_S, Shown, eventually

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient, Run
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

UNFINISHED = "SELECT count(*) FROM messages WHERE status = 'streaming'"


async def titles(client: AntiphonClient) -> set[str]:
    return {session.title for session in (await client.sessions()).sessions}


async def held(client: AntiphonClient, server: FaultServer, tag: str) -> tuple[Run, Shown]:
    """A run of two panes that have shown some text and wait for their release."""
    shown = Shown()
    ask = BroadcastParams(prompt=f"tag:{tag}", models=["fault/gate-3-6"] * 2)
    run = client.broadcast(ask)
    await asyncio.to_thread(server.wait_held, 2, tag)
    await shown.follow_until(
        run, lambda _: len([text for text in shown.reducer.messages.values() if text]) == 2
    )
    return run, shown


async def test_two_servers_share_a_history_and_leave_each_others_answers_alone(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with installation.client() as client:
        run, shown = await held(client, fault_server, "shared")
        async with installation.client() as other:
            [session] = (await other.sessions()).sessions
            opened = await other.open_session(session.id)
            answers = {m.id: m for m in opened.messages if m.role == "assistant"}
            assert {message.status for message in answers.values()} == {"streaming"}
            for message_id, text in shown.reducer.messages.items():
                assert answers[message_id].content.startswith(text)
            ask = BroadcastParams(prompt="tag:theirs", models=["fault/ok"])
            assert (await Shown().follow(other.broadcast(ask))).status == "complete"
        # The other one has left; nothing that runs here was ended by that.
        assert installation.query(UNFINISHED) == [(2,)]
        assert fault_server.release() == 2
        result = await shown.follow(run)
        assert [each.status for each in result.results] == ["complete"] * 2
        shown.assert_kept((await client.open_session(result.session_id)).messages)
        await eventually(lambda: titles(client), {"tag:shared", "tag:theirs"})


async def test_the_answers_of_a_killed_server_end_while_those_of_a_living_one_go_on(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with installation.client() as living:
        run, shown = await held(living, fault_server, "living")
        async with installation.client() as killed:
            _, lost = await held(killed, fault_server, "killed")
            killed.kill()
        async with installation.client() as third:
            [theirs] = [s for s in (await third.sessions()).sessions if s.title == "tag:killed"]
            answers = {m.id: m for m in (await third.open_session(theirs.id)).messages}
            for message_id, text in lost.reducer.messages.items():
                assert answers[message_id].status == "interrupted"
                assert answers[message_id].content.startswith(text)
        assert installation.query(UNFINISHED) == [(2,)]
        assert fault_server.release("living") == 2
        result = await shown.follow(run)
        assert result.status == "complete"
        shown.assert_kept((await living.open_session(result.session_id)).messages)


async def test_a_living_server_goes_on_with_the_panes_of_a_killed_one(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with installation.client() as living:
        async with installation.client() as killed:
            _, lost = await held(killed, fault_server, "killed")
            killed.kill()
        fault_server.release()
        [session] = (await living.sessions()).sessions
        again = living.broadcast(BroadcastParams(prompt="tag:again", session_id=session.id))
        await asyncio.to_thread(fault_server.wait_held, 2, "again")
        fault_server.release("again")
        async with asyncio.timeout(PATIENCE_S):
            result = await again.result()
        assert result.status == "complete"
        messages = (await living.open_session(session.id)).messages
        ends = {m.id: m.status for m in messages if m.role == "assistant"}
        assert {ends[message_id] for message_id in lost.reducer.messages} == {"interrupted"}


async def test_a_pane_that_answers_in_one_server_takes_no_question_from_another(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with installation.client() as client, installation.client() as other:
        run, shown = await held(client, fault_server, "busy")
        [session] = (await other.sessions()).sessions
        opened = await other.open_session(session.id)
        assert {pane.state for pane in opened.session.panes} == {"streaming"}
        last = [message.id for message in opened.messages if message.role == "assistant"][-1]
        for theirs in (
            other.broadcast(BroadcastParams(prompt="me too", session_id=session.id)),
            other.regenerate(RegenerateParams(message_id=last)),
        ):
            with pytest.raises(CommandFailed) as caught:
                async with asyncio.timeout(PATIENCE_S):
                    await theirs.result()
            assert caught.value.failure.kind == "conflict"
        assert fault_server.release() == 2
        result = await shown.follow(run)
        await shown.assert_documents(other, {pane.id: pane.uri for pane in result.panes})


async def test_servers_that_write_at_the_same_time_lose_nothing(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(installation.client()) for _ in range(3)]
        seen = [Shown() for _ in clients]
        asks = [
            BroadcastParams(prompt=f"tag:w{number}", models=["fault/paced-200-400"] * 4)
            for number in range(len(clients))
        ]
        results = await asyncio.gather(
            *(
                shown.follow(client.broadcast(ask))
                for client, shown, ask in zip(clients, seen, asks, strict=True)
            )
        )
        for shown, result, reader in zip(seen, results, reversed(clients), strict=True):
            assert result.status == "complete"
            shown.assert_orderly()
            shown.assert_kept((await reader.open_session(result.session_id)).messages)
            assert not any(event.notes for event in shown.events if event.type == "final")
