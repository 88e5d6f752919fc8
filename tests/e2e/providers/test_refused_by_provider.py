"""What only the provider can refuse, and panes that are busy."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.model.commands.runs import BroadcastParams, RegenerateParams
from antiphon_client import CommandFailed
from support.e2e.shown_documents import Shown

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer


async def test_a_model_that_the_provider_does_not_know_fails_alone_with_its_nearest_names(
    installation: Installation, fault_server: FaultServer
) -> None:
    shown = Shown()
    row = {"type": "openai", "baseUrl": fault_server.base_url, "models": ["ok-slow", "flood-1"]}
    async with installation.client(providers={"other": row}) as client:
        models = ["other/okslow", "other/flood-1"]
        result = await shown.follow(client.broadcast(BroadcastParams(prompt="p", models=models)))
    unknown, known = result.results
    assert (unknown.status, known.status) == ("failed", "complete")
    end = shown.end(unknown.message_id)
    assert end.type == "error"
    assert end.failure == unknown.failure
    assert (end.failure.kind, end.failure.http_status) == ("model_not_found", 404)
    names = end.failure.hint.removeprefix("Did you mean ").removesuffix("?").split(" or ")
    assert names[0] == "other/ok-slow"
    # Another provider's models are no answer to what this one said.
    assert {name.partition("/")[0] for name in names} == {"other"}


async def test_a_pane_that_answers_takes_no_second_question(
    installation: Installation, fault_server: FaultServer
) -> None:
    shown = Shown()
    async with installation.client() as client:
        run = client.broadcast(BroadcastParams(prompt="p", models=["fault/gate-1-2"]))
        await shown.follow_until(run, lambda event: event.type == "token")
        [pane_id] = {event.pane_id for event in shown.events}
        [message_id] = {event.message_id for event in shown.events}
        busy = [
            client.broadcast(BroadcastParams(prompt="again", pane_ids=[pane_id])),
            client.regenerate(RegenerateParams(message_id=message_id)),
        ]
        for each in busy:
            with pytest.raises(CommandFailed) as caught:
                await each.result()
            assert (caught.value.code, caught.value.failure.kind) == (-32803, "conflict")
        await asyncio.to_thread(fault_server.wait_held)
        fault_server.release()
        assert (await shown.follow(run)).status == "complete"
        again = client.broadcast(BroadcastParams(prompt="again", pane_ids=[pane_id]))
        await shown.follow_until(again, lambda event: event.type == "token")
        await asyncio.to_thread(fault_server.wait_held)
        fault_server.release()
        assert (await shown.follow(again)).status == "complete"
    shown.assert_orderly()


async def test_of_two_questions_to_one_pane_at_the_same_moment_one_is_refused(
    installation: Installation,
) -> None:
    async with installation.client() as client:
        first = await client.broadcast(BroadcastParams(prompt="p", models=["fault/ok"])).result()
        again = BroadcastParams(prompt="again", pane_ids=[first.panes[0].id])
        runs = [client.broadcast(again) for _ in range(5)]
        ends = await asyncio.gather(*(run.result() for run in runs), return_exceptions=True)
        refused = [end for end in ends if isinstance(end, CommandFailed)]
        assert [each.failure.kind for each in refused] == ["conflict"] * 4
        opened = await client.open_session(first.session_id)
    assert [message.role for message in opened.messages] == ["user", "assistant"] * 2


async def test_panes_of_another_session_or_named_twice_are_refused(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with installation.client() as client:
        ask = BroadcastParams(prompt="p", models=["fault/ok"])
        [one, other] = [await client.broadcast(ask).result() for _ in range(2)]
        pane_ids = [one.panes[0].id, other.panes[0].id]
        asked = len(fault_server.requests())
        for ids, kind, field in (
            (pane_ids, "not_found", None),
            ([pane_ids[0]] * 2, "invalid_params", "$.paneIds[1]"),
        ):
            with pytest.raises(CommandFailed) as caught:
                await client.broadcast(BroadcastParams(prompt="p", pane_ids=ids)).result()
            assert (caught.value.failure.kind, caught.value.field) == (kind, field)
        assert len(fault_server.requests()) == asked
