"""Sessions as a whole through the protocol alone, with one server and with two."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient
    from support.faults.client import FaultServer

NOBODY = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture
def client(installation: Installation) -> Iterator[RawClient]:
    with installation.raw_client() as client:
        yield client


def result(client: RawClient, name: str, **argument: Any) -> dict[str, Any]:
    return client.run(f"antiphon.{name}", argument)["result"]


def refusal(client: RawClient, name: str, **argument: Any) -> str:
    return client.run(f"antiphon.{name}", argument)["error"]["data"]["kind"]


def ask(client: RawClient, prompt: str = "Why?", **more: Any) -> dict[str, Any]:
    return result(client, "broadcast", **{"prompt": prompt, "models": ["fault/ok"], **more})


def changed_sessions(client: RawClient) -> list[str]:
    changes = [each for p in client.notifications("antiphon/didChange") for each in p["changes"]]
    return [change["id"] for change in changes if change["type"] == "session"]


def test_a_session_is_renamed_and_tagged_for_every_server(
    client: RawClient, installation: Installation
) -> None:
    session_id = ask(client)["sessionId"]
    with installation.raw_client() as other:
        renamed = result(other, "session.rename", sessionId=session_id, title="Whales")
        tagged = result(other, "session.tag", sessionId=session_id, tags=["sea"])
        assert renamed["session"]["title"] == "Whales"
        assert tagged["session"]["tags"] == ["sea"]
        assert changed_sessions(other) == [session_id, session_id]
    ask(client, "And?", models=None, sessionId=session_id)
    [listed] = result(client, "session.list", tag="sea")["sessions"]
    assert (listed["title"], listed["tags"]) == ("Whales", ["sea"])


def test_a_deleted_session_is_gone_for_every_server(
    client: RawClient, installation: Installation
) -> None:
    run = ask(client, "A walrus.")
    with installation.raw_client() as other:
        assert result(other, "session.delete", sessionId=run["sessionId"]) == {}
    assert result(client, "session.list") == {"sessions": []}
    assert result(client, "history.search", query="walrus") == {"hits": []}
    assert refusal(client, "session.open", sessionId=run["sessionId"]) == "not_found"
    assert refusal(client, "session.delete", sessionId=run["sessionId"]) == "not_found"
    reply = client.ask("workspace/textDocumentContent", {"uri": run["panes"][0]["uri"]})
    assert reply["error"]["data"]["kind"] == "not_found"
    asked_on = {"prompt": "x", "sessionId": run["sessionId"]}
    assert refusal(client, "broadcast", **asked_on) == "not_found"
    assert installation.query("SELECT count(*) FROM messages") == [(0,)]


def test_a_client_that_pulls_panes_is_told_to_look_again_where_they_are_deleted(
    installation: Installation,
) -> None:
    pulls = {"workspace": {"textDocumentContent": {}}}
    with installation.raw_client(capabilities=pulls) as client:
        run = ask(client)
        told = len(client.asked("workspace/textDocumentContent/refresh"))
        assert result(client, "session.delete", sessionId=run["sessionId"]) == {}
        client.run("antiphon.health", {})
        (look,) = client.asked("workspace/textDocumentContent/refresh")[told:]
        assert look == {"uri": run["panes"][0]["uri"]}


def test_a_session_that_answers_is_deleted_by_no_server(
    client: RawClient, installation: Installation, fault_server: FaultServer
) -> None:
    argument = {"prompt": "tag:busy", "models": ["fault/gate-3-6"]}
    request = client.command("antiphon.broadcast", argument)
    fault_server.wait_held(1, "busy")
    [(session_id,)] = installation.query("SELECT id FROM sessions")
    assert refusal(client, "session.delete", sessionId=session_id) == "conflict"
    with installation.raw_client() as other:
        assert refusal(other, "session.delete", sessionId=session_id) == "conflict"
        if not installation.postgresql:  # which packs its tables while they are used
            assert refusal(other, "history.vacuum") == "conflict"
    fault_server.release("busy")
    assert client.answer(request)["result"]["status"] == "complete"
    assert result(client, "session.delete", sessionId=session_id) == {}


def test_an_answer_of_a_killed_server_does_not_keep_its_session(
    client: RawClient, installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client() as killed:
        killed.command("antiphon.broadcast", {"prompt": "tag:lost", "models": ["fault/gate-3-6"]})
        fault_server.wait_held(1, "lost")
        killed.kill()
    fault_server.release()
    [(session_id,)] = installation.query("SELECT id FROM sessions")
    assert result(client, "session.delete", sessionId=session_id) == {}


def test_a_fork_goes_its_own_way(client: RawClient) -> None:
    run = ask(client)
    forked = result(client, "session.fork", messageId=run["results"][0]["messageId"])["session"]
    assert forked["id"] != run["sessionId"]
    again = ask(client, "And?", models=None, paneIds=[forked["panes"][0]["id"]])
    assert again["status"] == "complete"
    opened = result(client, "session.open", sessionId=forked["id"])["messages"]
    assert [message["role"] for message in opened] == ["user", "assistant", "user", "assistant"]
    assert [message.get("provenance", {}).get("via") for message in opened] == [
        "fork", "fork", None, None,
    ]  # fmt: skip
    assert len(result(client, "session.open", sessionId=run["sessionId"])["messages"]) == 2


def test_what_one_machine_exports_another_imports(
    client: RawClient, installation: Installation
) -> None:
    run = ask(client, "Whales?", context=[{"uri": "file:///a.md", "text": "blue"}])
    text = result(client, "session.export", sessionId=run["sessionId"], format="json")["text"]
    elsewhere = installation.options(history={"url": ":memory:"})["history"]
    with installation.raw_client(history=elsewhere) as other:
        imported = result(other, "session.import", text=text)["session"]
        assert changed_sessions(other) == [imported["id"]]
        document = {"uri": imported["panes"][0]["uri"]}
        there = other.ask("workspace/textDocumentContent", document)["result"]["text"]
        assert ask(other, "On", models=None, sessionId=imported["id"])["status"] == "complete"
    pane = {"uri": run["panes"][0]["uri"]}
    assert client.ask("workspace/textDocumentContent", pane)["result"]["text"] == there
    markdown = result(client, "session.export", sessionId=run["sessionId"], format="markdown")
    assert there in markdown["text"]


def test_bad_arguments_are_named_and_change_nothing(client: RawClient) -> None:
    session_id = ask(client)["sessionId"]
    before = result(client, "session.open", sessionId=session_id)
    for name, argument, kind in [
        ("rename", {"sessionId": session_id, "title": " "}, "invalid_params"),
        ("rename", {"sessionId": NOBODY, "title": "x"}, "not_found"),
        ("rename", {"sessionId": session_id}, "invalid_params"),
        ("tag", {"sessionId": session_id, "tags": [""]}, "invalid_params"),
        ("tag", {"sessionId": session_id, "tags": "x"}, "invalid_params"),
        ("tag", {"sessionId": NOBODY, "tags": []}, "not_found"),
        ("delete", {"sessionId": NOBODY}, "not_found"),
        ("delete", {"sessionId": ["x"]}, "invalid_params"),
        ("fork", {"messageId": NOBODY}, "not_found"),
        ("fork", {"messageId": "' OR 1=1"}, "not_found"),
        ("export", {"sessionId": NOBODY, "format": "json"}, "not_found"),
        ("export", {"sessionId": session_id, "format": "pdf"}, "invalid_params"),
        ("import", {"text": "{}"}, "invalid_params"),
        ("import", {"text": "[" * 100_000}, "invalid_params"),
        ("import", {"text": json.dumps({"antiphon": "session/v1"})}, "invalid_params"),
        ("import", {"text": 5}, "invalid_params"),
    ]:
        assert refusal(client, f"session.{name}", **argument) == kind, (name, argument)
    assert result(client, "session.open", sessionId=session_id) == before
    assert len(result(client, "session.list")["sessions"]) == 1


def test_old_sessions_are_deleted_at_the_start_where_the_person_wants_that(
    installation: Installation,
) -> None:
    with installation.raw_client() as client:
        old, young = ask(client, "old")["sessionId"], ask(client, "young")["sessionId"]
    installation.change("UPDATE sessions SET updated_at = '2020-01-01' WHERE id = ?", old)
    options = installation.options()["history"]
    with installation.raw_client(history={**options, "retentionDays": 30}) as client:
        client.until(lambda: changed_sessions(client) == [old])
        assert [each["id"] for each in result(client, "session.list")["sessions"]] == [young]


def test_the_history_says_how_it_is(client: RawClient, installation: Installation) -> None:
    ask(client)
    assert result(client, "history.stats")["messages"] == 2
    verified = result(client, "history.verify")
    own = [] if installation.postgresql else ["pages", "references"]  # the server keeps those
    assert verified == {"problems": [], "checked": [*own, "counts", "search index"]}
    assert result(client, "history.vacuum")["afterBytes"] > 0
