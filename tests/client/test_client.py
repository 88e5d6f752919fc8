"""The client against a server that does what servers do when they are unwell."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from antiphon.model.commands.runs import BroadcastParams
from antiphon_client import AntiphonClient, BadServerMessage, CommandFailed, Run, ServerDied
from antiphon_client.server_requests import ServerRequests

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from antiphon.model.conversation.events import StreamEvent

    ClientOf = Callable[..., AbstractAsyncContextManager[AntiphonClient]]

_HELLO = BroadcastParams(prompt="hello", models=["fake/one"])


async def collect(run: Run, into: list[StreamEvent]) -> None:
    async for event in run:
        into.append(event)  # noqa: PERF401 - what came before an exception is kept


def text_of(events: list[StreamEvent]) -> str:
    return "".join(event.text for event in events if event.type == "token")


@pytest.mark.parametrize("behaviour", ["streams", "streams_a_byte_at_a_time"])
async def test_a_run_yields_its_own_events_in_order_and_then_the_result(
    client_of: ClientOf, behaviour: str
) -> None:
    events: list[StreamEvent] = []
    async with client_of(behaviour) as client, client.broadcast(_HELLO) as run:
        await collect(run, events)
        result = await run.result()
    assert [event.type for event in events] == ["start", "token", "token", "final"]
    assert text_of(events) == "Héllo 😀"
    assert result.status == "complete"
    assert result.results[0].cost.amount == "0.001"


async def test_the_client_says_who_and_where_it_is(client_of: ClientOf, tmp_path: Path) -> None:
    options = {"models": {"default": ["fake/one"]}}
    async with client_of("streams", initialization_options=options) as client:
        sent = client.server["params"]
    assert sent["clientInfo"]["name"] == "antiphon-client"
    assert sent["rootUri"] == tmp_path.as_uri()
    assert sent["workspaceFolders"] == [{"uri": tmp_path.as_uri(), "name": tmp_path.name}]
    assert sent["initializationOptions"] == options
    assert sent["processId"] == os.getpid()


async def test_a_cancelled_run_still_brings_its_text_and_its_result(client_of: ClientOf) -> None:
    events: list[StreamEvent] = []
    async with client_of("waits_for_cancel") as client:
        run = client.broadcast(_HELLO)
        async for event in run:
            events.append(event)
            if event.type == "token":
                run.cancel()
        assert (await run.result()).status == "cancelled"
    assert events[-1].type == "final"
    assert events[-1].status == "cancelled"
    assert events[-1].content == text_of(events) == "part"


async def test_leaving_an_unfinished_run_cancels_it(client_of: ClientOf) -> None:
    async with client_of("waits_for_cancel") as client:
        async with client.broadcast(_HELLO) as run:
            await anext(run)
        assert run.done
        assert (await run.result()).status == "cancelled"


async def test_an_exception_in_the_body_comes_out_as_it_is(client_of: ClientOf) -> None:
    async def leave_in_anger() -> None:
        async with client_of("waits_for_cancel") as client, client.broadcast(_HELLO) as run:
            await anext(run)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await leave_in_anger()


async def test_a_server_that_dies_mid_run_gives_what_it_sent_and_its_last_words(
    client_of: ClientOf,
) -> None:
    events: list[StreamEvent] = []
    async with client_of("dies_mid_run") as client:
        run = client.broadcast(_HELLO)
        with pytest.raises(ServerDied) as caught:
            await collect(run, events)
        with pytest.raises(ServerDied):
            await run.result()
        with pytest.raises(ServerDied):
            await client.health()
    assert text_of(events) == "last words"
    assert caught.value.exit_code == 3
    assert "out of memory" in caught.value.stderr


async def test_a_dead_server_is_noticed_while_its_child_holds_the_pipes(
    client_of: ClientOf,
) -> None:
    async with client_of("dies_leaving_a_child") as client:
        with anyio.fail_after(10), pytest.raises(ServerDied, match="exit code 4"):
            await client.broadcast(_HELLO).result()


async def test_a_server_that_dies_at_once_says_why(client_of: ClientOf) -> None:
    with pytest.raises(ServerDied) as caught:
        async with client_of("dies_at_once"):
            pytest.fail("a dead server must not start")
    assert caught.value.exit_code == 7
    assert "no such database" in caught.value.stderr


async def test_a_missing_program_is_a_server_that_never_started() -> None:
    with pytest.raises(ServerDied, match="could not be started"):
        async with AntiphonClient.start(command=["/nonexistent/antiphon"]):
            pytest.fail("there is no such program")


async def test_a_server_that_never_answers_initialize_is_given_up(client_of: ClientOf) -> None:
    with pytest.raises(ServerDied, match="did not answer"):
        async with client_of("never_starts", start_timeout_s=0.2, stop_timeout_s=0.2):
            pytest.fail("it never said hello")


async def test_a_server_that_ignores_every_goodbye_is_killed(client_of: ClientOf) -> None:
    with anyio.fail_after(10):
        async with client_of("ignores_every_goodbye", stop_timeout_s=0.2):
            pass


@pytest.mark.parametrize(
    "behaviour", ["prints_a_traceback", "prints_endless_text", "sends_no_json"]
)
async def test_garbage_ends_every_open_request(client_of: ClientOf, behaviour: str) -> None:
    async with client_of(behaviour, stop_timeout_s=1) as client:
        with pytest.raises(BadServerMessage):
            await client.broadcast(_HELLO).result()
        with pytest.raises(BadServerMessage):
            await client.health()


async def test_a_refusal_carries_kind_hint_code_and_field(client_of: ClientOf) -> None:
    async with client_of("refuses") as client:
        run = client.broadcast(_HELLO)
        with pytest.raises(CommandFailed) as caught:
            await collect(run, [])
    assert caught.value.failure.kind == "invalid_params"
    assert caught.value.failure.message == "The prompt is empty."
    assert caught.value.failure.hint == "Write something."
    assert (caught.value.code, caught.value.field) == (-32602, "$.prompt")


async def test_a_refusal_without_data_gets_its_kind_from_the_code(client_of: ClientOf) -> None:
    async with client_of("refuses_tersely") as client:
        with pytest.raises(CommandFailed) as caught:
            await client.health()
    assert caught.value.failure.kind == "unsupported"
    assert caught.value.failure.message == "Method not found"


async def test_unknown_kinds_of_events_are_passed_over(client_of: ClientOf) -> None:
    events: list[StreamEvent] = []
    async with client_of("sends_odd_events") as client:
        await collect(client.broadcast(_HELLO), events)
    assert [event.type for event in events] == ["start"]


async def test_an_event_of_a_wrong_shape_ends_the_run_without_quoting_it(
    client_of: ClientOf,
) -> None:
    async with client_of("sends_broken_events") as client:
        run = client.broadcast(_HELLO)
        with pytest.raises(BadServerMessage) as caught:
            await collect(run, [])
        with pytest.raises(BadServerMessage):
            await run.result()
    assert "paneId" in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_the_servers_own_requests_are_answered(client_of: ClientOf, tmp_path: Path) -> None:
    refreshes: list[str] = []
    requests = ServerRequests(
        configuration={"antiphon": {"stream": {"flushMs": 5}}},
        keys={"fake": "a-key"}.get,
        on_refresh=refreshes.append,
    )
    async with client_of("asks_the_client", requests=requests) as client:
        answers = await client.command("antiphon.health", {})
    assert answers["workspace/configuration"] == [{"stream": {"flushMs": 5}}, None]
    assert answers["window/workDoneProgress/create"] is None
    assert answers["antiphon/key"] == {"key": "a-key"}
    assert answers["workspace/workspaceFolders"][0]["uri"] == tmp_path.as_uri()
    assert answers["what/isThis"]["code"] == -32601
    assert refreshes == requests.refreshed == ["antiphon:/pane/S1/P1/one"]
    assert [one["method"] for one in requests.registrations] == ["m"]
    assert list(client.changes) == [{"type": "models"}]
    assert list(client.messages) == ["a bad setting"]


async def test_a_run_carries_its_tokens_where_the_server_looks_for_them(
    client_of: ClientOf,
) -> None:
    params = _HELLO.model_copy(update={"work_done_token": "work"})
    async with client_of("echoes") as client:
        sent: dict[str, Any] = await client.broadcast(params)._request.response
    assert sent["command"] == "antiphon.broadcast"
    assert sent["workDoneToken"] == "work"
    assert sent["arguments"][0]["streamToken"] == "stream-1"
    assert sent["arguments"][0]["models"] == ["fake/one"]


async def test_a_request_whose_caller_gives_up_is_cancelled_at_the_server(
    client_of: ClientOf,
) -> None:
    async with client_of("waits_for_cancel") as client:
        with anyio.move_on_after(0.05):
            await client.command("antiphon.models", {"streamToken": "none"})
        # The fake answers nothing else until it has seen the cancellation of that very request.
        with pytest.raises(CommandFailed), anyio.fail_after(10):
            await client.request("no/such", {})


async def test_a_client_may_be_closed_in_another_task_than_it_was_opened_in(
    client_of: ClientOf,
) -> None:
    context = client_of("streams")
    client = await asyncio.get_running_loop().create_task(context.__aenter__())
    assert (await client.broadcast(_HELLO).result()).status == "complete"
    await asyncio.get_running_loop().create_task(context.__aexit__(None, None, None))
