"""Hover, definition, references, code lenses and code actions through the protocol alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.e2e.answers import Answered, part_of, range_of

if TYPE_CHECKING:
    from support.faults.client import FaultServer


def looked(answered: Answered, method: str, uri: str, part: str) -> Any:
    place = range_of(answered.text(uri), part)["start"]
    argument = {"textDocument": {"uri": uri}, "position": place}
    if method == "references":
        argument["context"] = {"includeDeclaration": False}
    return answered.client.ask(f"textDocument/{method}", argument)["result"]


def test_a_chain_of_transfers_is_walked_back_step_by_step(answered: Answered) -> None:
    run = answered.ask("demo/terse", "demo/poet", "demo/coder")
    panes = run["panes"]
    words = answered.last_message(panes[0]["id"], run["sessionId"])["content"]
    source = run["results"][0]["messageId"]
    for target in panes[1:]:
        sent = answered.result(
            "sendTo",
            **{"from": {"messageIds": [source]}},
            to={"paneIds": [target["id"]]},
            mode="context",
        )
        source = sent["messages"][0]["id"]
    [step] = looked(answered, "definition", panes[2]["uri"], words)
    assert step["uri"] == panes[1]["uri"]
    [origin] = looked(answered, "definition", step["uri"], words)
    assert origin["uri"] == panes[0]["uri"]
    assert part_of(answered.text(origin["uri"]), origin["range"]) == words
    card = looked(answered, "hover", panes[2]["uri"], words)["contents"]["value"]
    assert "from `demo/terse`" in card
    assert "which had it from `demo/terse`" in card


def test_references_lead_everywhere_it_was_sent_summed_up_and_merged(answered: Answered) -> None:
    run = answered.ask("demo/terse", "demo/poet")
    one, two = run["panes"]
    source = {"from": {"messageIds": [run["results"][0]["messageId"]]}}
    quick = {"params": {"tokensPerSecond": 0}}
    answered.result("sendTo", **source, to={"paneIds": [two["id"]]}, mode="context")
    summary = answered.result(
        "summarize", paneIds=[one["id"]], format="bullets", model="demo/terse", **quick
    )
    merged = answered.result("merge", paneIds=[one["id"]], model="demo/terse", **quick)
    found = looked(answered, "references", one["uri"], "a script")
    assert [each["uri"] for each in found] == [
        pane["uri"] for pane in (two, *summary["panes"], *merged["panes"])
    ]


def test_origins_that_are_gone_lead_nowhere(answered: Answered) -> None:
    gone = answered.ask("demo/terse")
    stays = answered.ask("demo/poet")
    pane = stays["panes"][0]
    answered.result(
        "sendTo",
        **{"from": {"messageIds": [gone["results"][0]["messageId"]]}},
        to={"paneIds": [pane["id"]]},
        mode="context",
    )
    answered.result("session.delete", sessionId=gone["sessionId"])
    assert looked(answered, "definition", pane["uri"], "I am demo/terse") == []
    card = looked(answered, "hover", pane["uri"], "I am demo/terse")["contents"]["value"]
    assert "from `demo/terse`" in card


def test_lenses_show_figures_and_what_can_be_done(
    answered: Answered, fault_server: FaultServer
) -> None:
    request, start = answered.begin("fault/gate-3-40", "tag:lens")
    document = {"textDocument": {"uri": start["pane"]["uri"]}}
    lenses = answered.client.ask("textDocument/codeLens", document)["result"]
    titles = [each["command"]["title"] for each in lenses]
    assert titles[0].startswith("fault/gate-3-40 · streaming")
    assert titles[1:] == ["Stop"]
    fault_server.release()
    answered.client.answer(request)
    lenses = answered.client.ask("textDocument/codeLens", document)["result"]
    commands = [each["command"] for each in lenses]
    assert commands[0]["title"].startswith("fault/gate-3-40 · complete · ")
    assert [each["title"] for each in commands[1:]] == ["Summarize", "Regenerate"]
    for each in commands[1:]:
        argument = {"model": "fault/ok", **each["arguments"][0]}
        assert "result" in answered.client.run(each["command"], argument)


def test_an_action_sends_the_selection(answered: Answered) -> None:
    run = answered.ask("demo/terse", "demo/poet")
    one, two = run["panes"]
    span = range_of(answered.text(one["uri"]), "a script")
    argument = {"textDocument": {"uri": one["uri"]}, "range": span, "context": {"diagnostics": []}}
    action, comparing = answered.client.ask("textDocument/codeAction", argument)["result"]
    assert action["title"] == "Send this passage to poet"
    assert comparing["title"] == "Compare with poet"
    reply = answered.client.run(action["command"], action["arguments"][0])
    assert reply["result"]["messages"][0]["content"] == "a script"
    assert "a script\n\n> A passage from terse" in answered.text(two["uri"])


def test_lenses_send_and_compare_where_there_are_other_panes(answered: Answered) -> None:
    run = answered.ask(*["demo/terse"] * 5)
    document = {"textDocument": {"uri": run["panes"][0]["uri"]}}
    lenses = answered.client.ask("textDocument/codeLens", document)["result"]
    commands = {each["command"]["title"]: each["command"] for each in lenses[1:]}
    assert [*commands] == [
        *(f"Send to terse#{number}" for number in (2, 3, 4)),
        *(f"Compare with terse#{number}" for number in (2, 3, 4)),
        "Summarize",
        "Regenerate",
    ]
    for title in ("Compare with terse#3", "Send to terse#3"):
        command = commands[title]
        assert "result" in answered.client.run(command["command"], command["arguments"][0])
    told = answered.client.notifications("window/showMessage")[-1]["message"]
    assert told.startswith("terse and terse#3 share 100% of their text")


def test_documents_of_others_get_no_answer_of_ours(answered: Answered) -> None:
    document = {"uri": "file:///w/a.py"}
    place = {"textDocument": document, "position": {"line": 0, "character": 0}}
    span = {"start": place["position"], "end": {"line": 1, "character": 0}}
    ask = answered.client.ask
    assert ask("textDocument/hover", place)["result"] is None
    assert ask("textDocument/definition", place)["result"] == []
    context = {"context": {"includeDeclaration": True}}
    assert ask("textDocument/references", {**place, **context})["result"] == []
    assert ask("textDocument/codeLens", {"textDocument": document})["result"] == []
    selected = {"textDocument": document, "range": span, "context": {"diagnostics": []}}
    offered = ask("textDocument/codeAction", selected)["result"]
    assert all(each["title"].startswith("Ask models") for each in offered)
