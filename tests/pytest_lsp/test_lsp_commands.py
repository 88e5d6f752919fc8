"""Commands through a client that is not ours: their results, and their errors with data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol.types import ErrorCodes, LSPErrorCodes

if TYPE_CHECKING:
    from support.lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODY = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


async def test_a_broadcast_answers_with_each_pane_and_its_result(editor: Editor) -> None:
    run = await editor.ask("demo/terse", "demo/poet")
    assert [pane["model"] for pane in run["panes"]] == ["demo/terse", "demo/poet"]
    assert [pane["state"] for pane in run["panes"]] == ["idle", "idle"]
    assert [each["paneId"] for each in run["results"]] == [pane["id"] for pane in run["panes"]]
    assert {each["status"] for each in run["results"]} == {"complete"}


async def test_a_broadcast_goes_on_in_the_panes_that_it_names(editor: Editor) -> None:
    run = await editor.ask("demo/terse", "demo/poet")
    pane = run["panes"][0]
    more = await editor.command("broadcast", {"prompt": "And then?", "paneIds": [pane["id"]]})
    assert more["sessionId"] == run["sessionId"]
    assert [each["id"] for each in more["panes"]] == [pane["id"]]
    assert (await editor.text(pane["uri"])).count("## You") == 2


async def test_one_models_failure_leaves_the_run_its_result(editor: Editor) -> None:
    run = await editor.ask("demo/refuses", "demo/terse")
    assert [each["status"] for each in run["results"]] == ["failed", "complete"]
    assert run["results"][0]["failure"]["kind"] == "authentication"
    assert run["results"][0]["failure"]["hint"]


async def test_health_names_the_protocol_and_where_the_history_is(editor: Editor) -> None:
    health = await editor.command("health")
    assert health["protocol"] == 1
    assert health["history"]["backend"] == "sqlite"
    assert {"name": "demo", "available": True} in health["providers"]


async def test_models_are_found_by_a_part_of_their_name(editor: Editor) -> None:
    models = (await editor.command("models", {"query": "demo/te"}))["models"]
    assert "demo/terse" in [model["id"] for model in models]
    assert all(model["available"] for model in models if model["provider"] == "demo")


async def test_an_estimate_sends_nothing_and_counts_each_pane(editor: Editor) -> None:
    before = await editor.command("session.list")
    argument = {"prompt": "Why?", "models": ["demo/terse", "demo/poet"]}
    panes = (await editor.command("estimate", argument))["panes"]
    assert [pane["model"] for pane in panes] == argument["models"]
    assert all(pane["inputTokens"] > 0 for pane in panes)
    assert await editor.command("session.list") == before


async def test_a_session_is_named_tagged_forked_exported_and_deleted(editor: Editor) -> None:
    run = await editor.ask("demo/terse")
    mine = {"sessionId": run["sessionId"]}
    named = await editor.command("session.rename", {**mine, "title": "Whales"})
    assert named["session"]["title"] == "Whales"
    tagged = await editor.command("session.tag", {**mine, "tags": ["sea"]})
    assert tagged["session"]["tags"] == ["sea"]
    listed = await editor.command("session.list", {"tag": "sea"})
    assert [session["id"] for session in listed["sessions"]] == [run["sessionId"]]
    opened = await editor.command("session.open", mine)
    assert [message["role"] for message in opened["messages"]] == ["user", "assistant"]
    answer = opened["messages"][1]
    fork = await editor.command("session.fork", {"messageId": answer["id"]})
    exported = await editor.command("session.export", {**mine, "format": "json"})
    copy = await editor.command("session.import", {"text": exported["text"]})
    assert len({run["sessionId"], fork["session"]["id"], copy["session"]["id"]}) == 3
    assert await editor.command("session.delete", mine) == {}
    code, data = await editor.refused("session.open", mine)
    assert (code, data["kind"]) == (LSPErrorCodes.RequestFailed, "not_found")


REFUSED = [
    ("broadcast", {"models": ["demo/terse"]}, ErrorCodes.InvalidParams, "$.prompt"),
    ("broadcast", {"prompt": "x", "models": [5]}, ErrorCodes.InvalidParams, "$.models[0]"),
    ("broadcast", {"prompt": "x", "models": "demo"}, ErrorCodes.InvalidParams, "$.models"),
    ("session.open", {}, ErrorCodes.InvalidParams, "$.sessionId"),
    ("session.export", {"sessionId": NOBODY, "format": "x"}, ErrorCodes.InvalidParams, "$.format"),
    ("no.such", {}, ErrorCodes.InvalidParams, "$.command"),
    ("session.open", {"sessionId": NOBODY}, LSPErrorCodes.RequestFailed, "not_found"),
    ("regenerate", {"messageId": NOBODY}, LSPErrorCodes.RequestFailed, "not_found"),
    (
        "broadcast",
        {"prompt": "x", "models": ["nobodys/model"]},
        LSPErrorCodes.RequestFailed,
        "model_not_found",
    ),
]


@pytest.mark.parametrize(("name", "argument", "code", "where"), REFUSED)
async def test_a_refusal_says_what_kind_it_is_where_and_what_to_do(
    editor: Editor, name: str, argument: dict[str, Any], code: int, where: str
) -> None:
    found, data = await editor.refused(name, argument)
    assert found == code
    assert data["hint"]
    if code == ErrorCodes.InvalidParams:
        assert (data["kind"], data["field"]) == ("invalid_params", where)
    else:
        assert data["kind"] == where
