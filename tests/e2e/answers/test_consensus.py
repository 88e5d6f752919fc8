"""`antiphon.consensus` through the protocol alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.e2e.answers import NOBODY, VOICES, Answered, part_of

if TYPE_CHECKING:
    from support.faults.client import FaultServer


def test_every_statement_stands_in_its_documents_where_it_says(answered: Answered) -> None:
    run = answered.ask(*VOICES)
    found = answered.result("consensus", paneIds=[pane["id"] for pane in run["panes"]])
    assert found["compared"] == 4
    assert 0 <= found["agreement"] <= 1
    for statement in found["statements"]:
        panes = {support["paneId"] for support in statement["support"]}
        verdict = {1: "one", 4: "all"}.get(len(panes), "some")
        assert statement["verdict"] == verdict
        for support in statement["support"]:
            assert part_of(answered.text(support["uri"]), support["range"]) == support["text"]


def test_the_overview_names_every_statement_and_judges_nothing(answered: Answered) -> None:
    run = answered.ask(*VOICES)
    found = answered.result("consensus", paneIds=[pane["id"] for pane in run["panes"]])
    text = answered.text(found["uri"])
    assert text.startswith("# What 4 answers say\n")
    assert "does not tell which of them are true" in text
    words = " ".join(text.split())
    for statement in found["statements"]:
        assert " ".join(statement["text"].split()) in words


def test_an_answer_that_was_regenerated_is_found_in_its_own_document(answered: Answered) -> None:
    run = answered.ask("demo/terse", "demo/poet")
    first = run["results"][0]["messageId"]
    answered.result("regenerate", messageId=first, model="demo/coder")
    pane_ids = [pane["id"] for pane in run["panes"]]
    found = answered.result("consensus", paneIds=pane_ids, messageIds=[first])
    for statement in found["statements"]:
        for support in statement["support"]:
            assert part_of(answered.text(support["uri"]), support["range"]) == support["text"]
            assert ("/message/" in support["uri"]) == (support["messageId"] == first)


def test_what_has_no_two_answers_is_refused_and_nothing_changes(
    answered: Answered, fault_server: FaultServer
) -> None:
    run = answered.ask("fault/ok", "fault/s400", "fault/ok")
    good, bad, other = (pane["id"] for pane in run["panes"])
    messages = [each["messageId"] for each in run["results"]]
    ids = "$.paneIds"
    assert answered.refused("consensus", paneIds=[]) == ("invalid_params", ids)
    assert answered.refused("consensus", paneIds=[good]) == ("invalid_params", ids)
    assert answered.refused("consensus", paneIds=[good, good]) == ("invalid_params", "$.paneIds[1]")
    assert answered.refused("consensus", paneIds=[good, bad]) == ("invalid_params", ids)
    assert answered.refused("consensus", paneIds=[good, NOBODY])[0] == "not_found"
    assert answered.refused("consensus", paneIds=[good, bad], messageIds=[messages[2]]) == (
        "invalid_params",
        "$.messageIds[0]",
    )
    twice = [messages[0], messages[0]]
    assert answered.refused("consensus", paneIds=[good, other], messageIds=twice) == (
        "invalid_params",
        "$.messageIds[1]",
    )
