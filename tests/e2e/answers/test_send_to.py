"""`antiphon.sendTo` through the protocol alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.e2e.answers import NOBODY, Answered, part_of, range_of

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

PULLS = {"workspace": {"textDocumentContent": {"dynamicRegistration": False}}}


def definition(answered: Answered, uri: str, part: str) -> list[dict[str, Any]]:
    place = range_of(answered.text(uri), part)["start"]
    argument = {"textDocument": {"uri": uri}, "position": place}
    return answered.client.ask("textDocument/definition", argument)["result"]


@pytest.mark.parametrize("part", ["a script", "no language model. You asked", "😀 sing?"])
def test_a_selection_leads_back_to_itself(answered: Answered, part: str) -> None:
    run = answered.ask("demo/terse", "demo/poet", prompt="Why do whales 😀 sing?")
    one, two = run["panes"]
    source = {"uri": one["uri"], "range": range_of(answered.text(one["uri"]), part)}
    sent = answered.result(
        "sendTo", **{"from": source}, to={"paneIds": [two["id"]]}, mode="context"
    )
    [message] = sent["messages"]
    assert message["content"] == part
    assert message["provenance"]["via"] == "sendTo"
    text = answered.text(two["uri"])
    assert "> A passage from terse, " in text
    [origin] = definition(answered, two["uri"], part)
    assert origin["uri"] == one["uri"]
    assert part_of(answered.text(one["uri"]), origin["range"]) == part


def test_messages_go_into_several_panes_and_new_ones_in_their_order(answered: Answered) -> None:
    run = answered.ask("demo/terse", "demo/poet", "demo/chatty", "demo/coder")
    panes, results = run["panes"], run["results"]
    sent = answered.result(
        "sendTo",
        **{"from": {"messageIds": [each["messageId"] for each in results[:2]]}},
        to={"paneIds": [pane["id"] for pane in panes[2:]], "models": ["demo/terse"]},
        mode="context",
        role="preserve",
        note="for you",
    )
    assert len(sent["panes"]) == 3
    for pane in sent["panes"]:
        gained = [each for each in sent["messages"] if each["paneId"] == pane["id"]]
        assert [each["provenance"]["model"] for each in gained] == ["demo/terse", "demo/poet"]
        assert [each["role"] for each in gained] == ["assistant", "assistant"]
        assert "From poet, " in answered.text(pane["uri"])
        assert ": for you" in answered.text(pane["uri"])


def test_a_question_streams_its_answers_and_keeps_where_it_came_from(answered: Answered) -> None:
    run = answered.ask("demo/terse", "demo/poet")
    one, two = run["panes"]
    sent = answered.result(
        "sendTo",
        **{"from": {"messageIds": [run["results"][0]["messageId"]]}},
        to={"paneIds": [two["id"]]},
        mode="ask",
        prompt="Is this right?",
        streamToken="s",
        params={"tokensPerSecond": 0},
    )
    assert sent["status"] == "complete"
    events = answered.client.events("s")
    assert [events[0]["type"], events[-1]["type"]] == ["start", "final"]
    text = answered.text(two["uri"])
    assert text.endswith(
        "".join(e.get("append", "") + e.get("text", "") for e in events if e["type"] != "meter")
    )
    assert "> From terse, " in events[0]["append"]
    assert "Is this right?" in events[0]["append"]
    first = answered.text(one["uri"])
    place = {"textDocument": {"uri": one["uri"]}, "position": range_of(first, "a script")["start"]}
    context = {"context": {"includeDeclaration": True}}
    [went] = answered.client.ask("textDocument/references", {**place, **context})["result"]
    assert went["uri"] == two["uri"]


def test_a_question_that_is_stopped_keeps_what_was_sent(
    answered: Answered, fault_server: FaultServer
) -> None:
    run = answered.ask("fault/ok")
    argument = {
        "from": {"messageIds": [run["results"][0]["messageId"]]},
        "to": {"models": ["fault/gate-3-40"]},
        "mode": "ask",
        "prompt": "tag:stopped",
        "streamToken": "s",
    }
    request = answered.client.command("antiphon.sendTo", argument)
    answered.client.until(lambda: any(e["type"] == "token" for e in answered.client.events("s")))
    answered.client.notify("$/cancelRequest", {"id": request})
    result = answered.client.answer(request)["result"]
    assert result["status"] == "cancelled"
    assert [each["role"] for each in result["messages"]] == ["user"]
    text = answered.text(result["panes"][0]["uri"])
    assert "> From ok, " in text
    assert "**Stopped.**" in text
    fault_server.release()


def test_what_was_sent_as_context_is_pulled_anew_by_those_who_pull(
    installation: Installation,
) -> None:
    with installation.raw_client(capabilities=PULLS) as client:
        answered = Answered(client, installation)
        run = answered.ask("fault/ok", "fault/ok", streamToken="t")
        source = {"from": {"messageIds": [run["results"][0]["messageId"]]}}
        target = run["panes"][1]
        answered.result("sendTo", **source, to={"paneIds": [target["id"]]}, mode="context")
        asked = client.asked("workspace/textDocumentContent/refresh")
        assert asked == [{"uri": target["uri"]}]
        changes = [c for p in client.notifications("antiphon/didChange") for c in p["changes"]]
        assert {"type": "pane", "id": target["id"]} in changes


def test_those_who_do_not_pull_are_not_asked_to(answered: Answered) -> None:
    run = answered.ask("fault/ok", "fault/ok")
    source = {"from": {"messageIds": [run["results"][0]["messageId"]]}}
    answered.result("sendTo", **source, to={"paneIds": [run["panes"][1]["id"]]}, mode="context")
    assert answered.client.asked("workspace/textDocumentContent/refresh") == []


def test_a_pane_that_streams_takes_nothing_and_gives_nothing(
    answered: Answered, installation: Installation, fault_server: FaultServer
) -> None:
    run = answered.ask("fault/ok")
    source = {"from": {"messageIds": [run["results"][0]["messageId"]]}}
    request, start = answered.begin("fault/gate-3-40", "tag:busy")
    to = {"paneIds": [start["paneId"]]}
    assert answered.refused("sendTo", **source, to=to, mode="context")[0] == "conflict"
    assert answered.refused("sendTo", **source, to=to, mode="ask")[0] == "conflict"
    back = {"from": {"messageIds": [start["messageId"]]}}
    mine = {"paneIds": [run["panes"][0]["id"]]}
    assert answered.refused("sendTo", **back, to=mine, mode="context")[0] == "conflict"
    with installation.raw_client() as client:
        other = Answered(client, installation)
        assert other.refused("sendTo", **source, to=to, mode="context")[0] == "conflict"
    fault_server.release()
    assert answered.client.answer(request)["result"]["status"] == "complete"


def test_bad_transfers_are_refused_and_nothing_changes(answered: Answered) -> None:
    run = answered.ask("fault/ok", "fault/ok")
    one, two = run["panes"]
    elsewhere = answered.ask("fault/ok")
    gone = answered.ask("fault/ok")
    answered.result("session.delete", sessionId=gone["sessionId"])
    source = {"messageIds": [run["results"][0]["messageId"]]}
    to = {"paneIds": [two["id"]]}
    session = run["sessionId"]
    mixed = f"antiphon:/message/{session}/{two['id']}/{source['messageIds'][0]}/x"
    cases: list[tuple[Any, Any, dict[str, Any], tuple[str, str | None]]] = [
        (source, {"paneIds": [one["id"]]}, {}, ("invalid_params", "$.to.paneIds")),
        (source, {}, {}, ("invalid_params", "$.to")),
        (source, {"paneIds": [NOBODY]}, {}, ("not_found", None)),
        (source, {"paneIds": [gone["panes"][0]["id"]]}, {}, ("not_found", None)),
        (
            source,
            {"paneIds": [two["id"], elsewhere["panes"][0]["id"]]},
            {},
            ("not_found", None),
        ),
        ({"messageIds": [gone["results"][0]["messageId"]]}, to, {}, ("not_found", None)),
        ({"messageIds": []}, to, {}, ("invalid_params", "$.from")),
        ({}, to, {}, ("invalid_params", "$.from")),
        ({"uri": mixed}, to, {}, ("not_found", None)),
        ({"uri": "file:///etc/passwd"}, to, {}, ("invalid_params", "$.from.uri")),
        (source, to, {"prompt": "?"}, ("invalid_params", "$.prompt")),
        (source, to, {"mode": "ask", "prompt": " "}, ("invalid_params", "$.prompt")),
        (source, to, {"mode": "ask", "role": "preserve"}, ("invalid_params", "$.prompt")),
        (source, {"models": ["nobody/x"]}, {}, ("model_not_found", None)),
    ]
    for origin, target, more, expected in cases:
        argument = {"from": origin, "to": target, "mode": "context", **more}
        assert answered.refused("sendTo", **argument) == expected, argument
