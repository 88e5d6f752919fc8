"""`antiphon.summarize` and `antiphon.merge` through the protocol alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.e2e.answers import NOBODY, VOICES, Answered, part_of, range_of

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

QUICK = {"params": {"tokensPerSecond": 0}}


@pytest.mark.parametrize("form", ["executive", "technical", "bullets"])
def test_a_summary_streams_into_a_pane_whose_sources_are_linked(
    answered: Answered, form: str
) -> None:
    run = answered.ask(*VOICES)
    pane_ids = [pane["id"] for pane in run["panes"]]
    argument = {"paneIds": pane_ids, "format": form, "model": "demo/terse", **QUICK}
    made = answered.result("summarize", **argument, streamToken="s")
    [pane] = made["panes"]
    assert (pane["type"], made["coverage"]["used"], made["coverage"]["of"]) == ("summary", 4, 4)
    assert [each["paneId"] for each in pane["sources"]] == pane_ids
    events = answered.client.events("s")
    text = answered.text(pane["uri"])
    shown = [e.get("append", "") + e.get("text", "") for e in events if e["type"] != "meter"]
    assert "".join(shown) == text
    place = {"textDocument": {"uri": pane["uri"]}, "position": range_of(text, "demo/terse")["end"]}
    places = answered.client.ask("textDocument/definition", place)["result"]
    assert [each["uri"] for each in places] == [each["uri"] for each in run["panes"]]
    for each, source in zip(places, run["results"], strict=True):
        message = answered.last_message(source["paneId"], run["sessionId"])
        assert part_of(answered.text(each["uri"]), each["range"]) == message["content"]


def test_one_of_each_and_a_merge_are_ordinary_panes(answered: Answered) -> None:
    run = answered.ask("demo/terse", "demo/poet")
    pane_ids = [pane["id"] for pane in run["panes"]]
    each = answered.result(
        "summarize", paneIds=pane_ids, format="bullets", combine=False, model="demo/terse", **QUICK
    )
    assert [pane["title"] for pane in each["panes"]] == ["summary-terse", "summary-poet"]
    merged = answered.result(
        "merge", paneIds=pane_ids, model="demo/poet", instructions="Rhyme.", **QUICK
    )
    [pane] = merged["panes"]
    assert pane["type"] == "merge"
    assert "Rhyme." in answered.text(pane["uri"])
    assert answered.ask(prompt="Shorter!", paneIds=[pane["id"]])["status"] == "complete"
    sent = answered.result(
        "sendTo",
        **{"from": {"messageIds": [merged["results"][0]["messageId"]]}},
        to={"paneIds": [pane_ids[0]]},
        mode="context",
    )
    assert sent["messages"][0]["provenance"]["paneId"] == pane["id"]
    sides = {"left": {"paneId": pane["id"]}, "right": {"paneId": pane_ids[0]}}
    assert answered.result("compare", **sides)["segments"]


def test_sources_that_failed_are_named_used_5_of_6(answered: Answered) -> None:
    run = answered.ask(*["fault/ok"] * 5, "fault/s400")
    made = answered.result(
        "summarize",
        paneIds=[pane["id"] for pane in run["panes"]],
        format="bullets",
        model="fault/ok",
    )
    coverage = made["coverage"]
    assert (coverage["used"], coverage["of"]) == (5, 6)
    [left_out] = coverage["leftOut"]
    assert (left_out["title"], left_out["reason"]) == ("s400", "its answer is failed")
    assert "Used 5 of 6 answers. Left out: s400" in answered.text(made["panes"][0]["uri"])


def test_a_digest_that_is_stopped_keeps_its_text_and_its_sources(
    answered: Answered, fault_server: FaultServer
) -> None:
    run = answered.ask("fault/ok", "fault/ok")
    argument: dict[str, Any] = {
        "paneIds": [pane["id"] for pane in run["panes"]],
        "model": "fault/gate-3-40",
        "instructions": "tag:stopped",
        "streamToken": "s",
    }
    request = answered.client.command("antiphon.merge", argument)
    answered.client.until(lambda: any(e["type"] == "token" for e in answered.client.events("s")))
    answered.client.notify("$/cancelRequest", {"id": request})
    result = answered.client.answer(request)["result"]
    assert (result["status"], result["coverage"]["used"]) == ("cancelled", 2)
    opened = answered.result("session.open", sessionId=run["sessionId"])["session"]
    assert len(opened["panes"][-1]["sources"]) == 2
    fault_server.release()


def test_bad_digests_are_refused_and_nothing_changes(
    answered: Answered, fault_server: FaultServer
) -> None:
    run = answered.ask("fault/ok", "fault/s400", "fault/s401")
    good, bad, worse = (pane["id"] for pane in run["panes"])
    request, start = answered.begin("fault/gate-3-40", "tag:busy")
    ids = "$.paneIds"
    for name, more in (("summarize", {"format": "bullets"}), ("merge", {})):
        for pane_ids, model, expected in (
            ([], "fault/ok", ("invalid_params", ids)),
            ([bad, worse], "fault/ok", ("invalid_params", ids)),
            ([good, good], "fault/ok", ("invalid_params", "$.paneIds[1]")),
            ([good, start["paneId"]], "fault/ok", ("conflict", None)),
            ([NOBODY], "fault/ok", ("not_found", None)),
            ([good], "nobody/x", ("model_not_found", None)),
        ):
            argument = {"paneIds": pane_ids, "model": model, **more}
            assert answered.refused(name, **argument) == expected, (name, argument)
    assert answered.refused("summarize", paneIds=[good], format="haiku") == (
        "invalid_params",
        "$.format",
    )
    fault_server.release()
    answered.client.answer(request)


def test_the_model_of_the_settings_sums_up_where_none_is_named(
    installation: Installation,
) -> None:
    with installation.raw_client(summarize={"model": "demo/poet"}) as client:
        answered = Answered(client, installation)
        run = answered.ask("demo/terse")
        pane_ids = [run["panes"][0]["id"]]
        made = answered.result("summarize", paneIds=pane_ids, format="bullets", **QUICK)
        assert made["panes"][0]["model"] == "demo/poet"
