"""The commands of `workspace/executeCommand`, from raw JSON to the engine and back."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from antiphon.lsp.rpc.jsonrpc import INVALID_PARAMS, REQUEST_FAILED
from antiphon.model.values.ids import new_id
from support.engine.harness import EngineHarness, FakeCaller, answered, open_harness
from support.lsp.served_engine import build

ASK = "antiphon.broadcast"
TOKEN = "stream-1"


@pytest.fixture
async def harness(tmp_path: Path):
    harness = await open_harness(tmp_path / "history.db")
    yield harness
    await harness.history.aclose()


@pytest.fixture
def serving(connected, harness: EngineHarness):
    """Serves the desk's engine to a client that said `params` at `initialize`."""

    @asynccontextmanager
    async def serve(**params):
        async with connected(build(harness, params), params) as client:
            yield client

    return serve


def start(client, name: str, request_id: int = 1, **argument) -> None:
    """Sends a command and does not wait."""
    params = {"command": name, "arguments": [argument]}
    client.send(id=request_id, method="workspace/executeCommand", params=params)


async def asked(
    client, harness: EngineHarness, answer: str = "Yo", **argument
) -> tuple[dict, list[dict]]:
    """A broadcast to `script/a`: its reply, and what was sent before it."""
    count = len(harness.providers.streams["a"])
    start(client, ASK, **{"prompt": "Hello", "models": ["script/a"], **argument})
    stream = await harness.providers.opened("a", count + 1)
    stream.text(answer)
    stream.finish()
    before: list[dict] = []
    while (message := await client.receive()).get("id") != 1:
        before.append(message)
    return message["result"], before


def events(messages: list[dict]) -> list[dict]:
    values = [message["params"]["value"] for message in messages]
    return [event for value in values for event in value.get("events", [])]


async def test_health_models_and_an_empty_history_are_told(serving):
    async with serving() as client:
        health = (await client.command("antiphon.health"))["result"]
        assert health["protocol"] == 1
        assert health["providers"] == [{"name": "script", "available": True}]
        models = (await client.command("antiphon.models", {"refresh": True}))["result"]
        assert [model["id"] for model in models["models"]] == ["script/a"]
        assert (await client.command("antiphon.session.list"))["result"] == {"sessions": []}


async def test_a_broadcast_streams_under_the_callers_token_and_is_summed_up(
    serving, harness: EngineHarness
):
    async with serving() as client:
        result, before = await asked(client, harness, streamToken=TOKEN)
        assert {message["params"]["token"] for message in before} == {TOKEN}
        types = [event["type"] for event in events(before)]
        assert (types[0], types[-1]) == ("start", "final")
        assert result["status"] == "complete"
        assert result["results"][0]["status"] == "complete"
        pane = result["panes"][0]
        text = (await client.ask("workspace/textDocumentContent", {"uri": pane["uri"]}))["result"]
        assert text == {"text": "## You\n\nHello\n\n## a\n\nYo\n"}
        appended = "".join(event.get("append", event.get("text", "")) for event in events(before))
        assert appended == text["text"]


async def test_without_a_token_a_broadcast_brings_its_response_alone(
    serving, harness: EngineHarness
):
    async with serving() as client:
        _, before = await asked(client, harness)
        assert before == []


async def test_a_client_that_shows_progress_is_offered_some_where_it_gave_no_token(
    serving, harness: EngineHarness
):
    async with serving(capabilities={"window": {"workDoneProgress": True}}) as client:
        start(client, ASK, prompt="Hello", models=["script/a"])
        create = await client.receive()
        assert create["method"] == "window/workDoneProgress/create"
        client.send(id=create["id"], result=None)
        (await harness.providers.opened("a")).finish()
        kinds = []
        while (message := await client.receive()).get("id") != 1:
            assert message["params"]["token"] == create["params"]["token"]
            kinds.append(message["params"]["value"]["kind"])
        assert (kinds[0], kinds[-1]) == ("begin", "end")


async def test_a_session_is_listed_opened_and_gone_on_with(serving, harness: EngineHarness):
    async with serving() as client:
        result, _ = await asked(client, harness)
        listed = (await client.command("antiphon.session.list", {"limit": 1}))["result"]
        assert [session["id"] for session in listed["sessions"]] == [result["sessionId"]]
        again, _ = await asked(client, harness, models=None, paneIds=[result["panes"][0]["id"]])
        assert again["sessionId"] == result["sessionId"]
        argument = {"sessionId": result["sessionId"]}
        opened = (await client.command("antiphon.session.open", argument))["result"]
        roles = [message["role"] for message in opened["messages"]]
        assert roles == ["user", "assistant", "user", "assistant"]


async def test_an_estimate_sends_nothing_and_stores_nothing(serving, harness: EngineHarness):
    async with serving() as client:
        argument = {"prompt": "Hello", "models": ["script/priced", "script/a"]}
        result = (await client.command("antiphon.estimate", argument))["result"]
        assert [pane["cost"] is None for pane in result["panes"]] == [False, True]
        assert result["total"]["unpriced"] == 1
        assert (await client.command("antiphon.session.list"))["result"] == {"sessions": []}
        assert not any(harness.providers.streams.values())


async def test_the_last_answer_is_generated_again(serving, harness: EngineHarness):
    async with serving() as client:
        result, _ = await asked(client, harness)
        message_id = result["results"][0]["messageId"]
        start(client, "antiphon.regenerate", 2, messageId=message_id)
        stream = await harness.providers.opened("a", 2)
        stream.text("Anew")
        stream.finish()
        again = (await client.answer(2))["result"]
        assert again["results"][0]["messageId"] != message_id
        assert again["panes"][0]["id"] == result["panes"][0]["id"]


@pytest.mark.parametrize("way", ["request", "work-done token", "command"])
async def test_a_run_that_is_stopped_answers_with_its_summary(
    serving, harness: EngineHarness, way: str
):
    async with serving() as client:
        argument = {"prompt": "Hello", "models": ["script/a"], "workDoneToken": "w"}
        start(client, ASK, 1, **argument)
        stream = await harness.providers.opened("a")
        stream.text("So f")
        await harness.settled()
        if way == "request":
            client.send(method="$/cancelRequest", params={"id": 1})
        elif way == "work-done token":
            client.send(method="window/workDoneProgress/cancel", params={"token": "w"})
        else:
            start(client, "antiphon.cancel", 2)
        result = (await client.answer(1))["result"]
        assert result["status"] == "cancelled"
        assert [each["status"] for each in result["results"]] == ["cancelled"]
        await stream.ended()


async def test_stopping_what_does_not_run_stops_nothing(serving):
    async with serving() as client:
        reply = await client.command("antiphon.cancel", {"runId": new_id()})
        assert reply["result"] == {"cancelled": 0}


WRONG = {
    ASK: [
        ({}, "$.prompt"),
        ({"prompt": 5}, "$.prompt"),
        ({"prompt": " \n"}, "$.prompt"),
        ({"prompt": "x", "models": "script/a"}, "$.models"),
        ({"prompt": "x", "models": ["script/a", 5]}, "$.models[1]"),
        ({"prompt": "x", "models": [{"title": "a"}]}, "$.models[0].model"),
        ({"prompt": "x", "params": {"temperature": -1}}, "$.params.temperature"),
        ({"prompt": "x", "context": [{"uri": 1}]}, "$.context[0].uri"),
        ({"prompt": "x", "streamToken": True}, "$.streamToken"),
    ],
    "antiphon.regenerate": [({}, "$.messageId")],
    "antiphon.session.open": [({"sessionId": None}, "$.sessionId")],
    "antiphon.session.list": [({"limit": 0}, "$.limit"), ({"limit": 501}, "$.limit")],
    "antiphon.cancel": [({"runId": []}, "$.runId")],
    "antiphon.models": [({"query": 1}, "$.query")],
}


@pytest.mark.parametrize(
    ("command", "argument", "field"),
    [(command, *case) for command, cases in WRONG.items() for case in cases],
    ids=str,
)
async def test_a_wrong_shape_is_told_with_its_field(serving, command, argument, field):
    async with serving() as client:
        error = (await client.command(command, argument))["error"]
        assert error["code"] == INVALID_PARAMS
        assert (error["data"]["kind"], error["data"]["field"]) == ("invalid_params", field)
        assert error["data"]["hint"]


@pytest.mark.parametrize(
    ("command", "argument", "kind"),
    [
        (ASK, {"prompt": "x", "models": ["nobody/x"]}, "model_not_found"),
        (ASK, {"prompt": "x", "paneIds": [new_id()]}, "not_found"),
        ("antiphon.regenerate", {"messageId": new_id()}, "not_found"),
        ("antiphon.session.open", {"sessionId": new_id()}, "not_found"),
    ],
)
async def test_a_command_that_cannot_be_done_fails_with_its_kind(serving, command, argument, kind):
    async with serving() as client:
        error = (await client.command(command, argument))["error"]
        assert error["code"] == REQUEST_FAILED
        assert error["data"]["kind"] == kind


async def test_a_refused_broadcast_ends_the_progress_that_it_began(serving):
    async with serving() as client:
        start(client, ASK, prompt="", workDoneToken=0)
        kinds = []
        while "method" in (message := await client.receive()):
            kinds.append(message["params"]["value"]["kind"])
        assert kinds == ["begin", "end"]
        assert message["error"]["code"] == INVALID_PARAMS


async def test_a_file_of_the_workspace_is_put_into_the_prompt_and_no_other(
    serving, harness: EngineHarness, tmp_path: Path
):
    folder = tmp_path / "open"
    folder.mkdir()
    (folder / "a.py").write_text("print()\n")
    (tmp_path / "secret").write_text("secret")
    async with serving(rootUri=folder.as_uri()) as client:
        await asked(client, harness, context=[{"uri": (folder / "a.py").as_uri()}])
        sent = harness.providers.streams["a"][0].request.turns[-1].content
        assert sent == "Context: a.py\n\n```\nprint()\n```\n\nHello"
        argument = {"prompt": "x", "context": [{"uri": (tmp_path / "secret").as_uri()}]}
        error = (await client.command(ASK, argument))["error"]
        assert error["code"] == INVALID_PARAMS
        assert error["data"]["field"] == "$.context[0]"


@pytest.mark.parametrize("params", [None, {}, {"uri": 5}, {"uri": "file:///a"}], ids=str)
async def test_content_of_what_is_no_address_of_ours_is_a_wrong_argument(serving, params):
    async with serving() as client:
        error = (await client.ask("workspace/textDocumentContent", params))["error"]
        assert error["code"] == INVALID_PARAMS


async def test_two_answers_are_compared_and_surveyed_through_the_protocol(
    harness: EngineHarness, serving
):
    one, two = (
        pane.id for pane in (await answered(harness, FakeCaller(), "2 and 3.", "2 and 5.")).panes
    )
    async with serving() as client:
        sides = {"left": {"paneId": one}, "right": {"paneId": two}}
        compared = (await client.command("antiphon.compare", sides))["result"]
        surveyed = (await client.command("antiphon.consensus", {"paneIds": [one, two]}))["result"]
    assert [piece["op"] for piece in compared["segments"]] == ["equal", "delete", "insert", "equal"]
    assert surveyed["compared"] == 2
    assert surveyed["uri"].startswith("antiphon:/consensus/")
