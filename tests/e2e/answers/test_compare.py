"""`antiphon.compare` through the protocol alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.e2e.answers import NOBODY, VOICES, Answered

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer


def sides(result: dict[str, Any]) -> tuple[str, str]:
    """Both texts, rebuilt of the segments."""
    texts = [
        "".join(each["text"] for each in result["segments"] if each["op"] in ("equal", alone))
        for alone in ("delete", "insert")
    ]
    return texts[0], texts[1]


def test_segments_rebuild_both_answers_exactly(answered: Answered) -> None:
    run = answered.ask(*VOICES)
    panes = [{"paneId": pane["id"]} for pane in run["panes"]]
    for left in panes:
        for right in panes:
            for granularity in ("word", "line", "char"):
                if left is right:
                    continue
                found = answered.result("compare", left=left, right=right, granularity=granularity)
                texts = [answered.text(found[side]["uri"]) for side in ("left", "right")]
                assert [*sides(found)] == texts
                assert 0 <= found["similarity"] <= 1


def test_two_panes_are_compared_while_both_stream(
    answered: Answered, fault_server: FaultServer
) -> None:
    starts = []
    for tag in ("one", "two"):
        request, start = answered.begin("fault/gate-3-40", f"tag:{tag}")
        starts.append((request, start))
    panes = [{"paneId": start["paneId"]} for _, start in starts]
    found = answered.result("compare", left=panes[0], right=panes[1])
    assert [found[side]["status"] for side in ("left", "right")] == ["streaming", "streaming"]
    texts = [answered.text(found[side]["uri"]) for side in ("left", "right")]
    assert [*sides(found)] == texts
    assert all(texts)
    fault_server.release()
    for request, _ in starts:
        answered.client.answer(request)
    after = answered.result("compare", left=panes[0], right=panes[1])
    assert len(sides(after)[0]) > len(texts[0])
    assert after["left"]["status"] == "complete"


def test_a_pane_that_has_no_text_yet_is_an_empty_side(
    answered: Answered, fault_server: FaultServer
) -> None:
    done = answered.ask("fault/ok")
    argument = {"prompt": "tag:empty", "models": ["fault/gate-0-3"], "streamToken": "t"}
    request = answered.client.command("antiphon.broadcast", argument)
    answered.client.until(lambda: answered.client.events("t"))
    right = {"paneId": answered.client.events("t")[0]["paneId"]}
    found = answered.result("compare", left={"paneId": done["panes"][0]["id"]}, right=right)
    assert (found["similarity"], sides(found)[1]) == (0, "")
    fault_server.release()
    answered.client.answer(request)


def test_an_answer_is_compared_with_a_file_of_the_workspace(
    answered: Answered, installation: Installation
) -> None:
    (installation.workspace / "a.txt").write_text("one\r\ntwo\r\n", newline="")
    run = answered.ask("fault/ok")
    uri = (installation.workspace / "a.txt").as_uri()
    found = answered.result(
        "compare", left={"uri": uri}, right={"messageId": run["results"][0]["messageId"]}
    )
    assert sides(found)[0] == "one\r\ntwo\r\n"
    assert found["left"] == {"uri": uri, "label": "a.txt"}


def test_what_cannot_be_compared_is_refused_and_nothing_changes(
    answered: Answered, installation: Installation
) -> None:
    run = answered.ask("fault/ok", "fault/s400")
    good, bad = ({"paneId": pane["id"]} for pane in run["panes"])
    message = {"messageId": run["results"][0]["messageId"]}
    outside = {"uri": (installation.folder / "config.toml").as_uri()}
    compare = answered.refused
    assert compare("compare", left=good, right=good) == ("invalid_params", "$.right")
    assert compare("compare", left=good, right=message) == ("invalid_params", "$.right")
    assert compare("compare", left=good, right=bad) == ("invalid_params", "$.right")
    assert compare("compare", left={}, right=good) == ("invalid_params", "$.left")
    assert compare("compare", left={**good, **message}, right=bad) == ("invalid_params", "$.left")
    assert compare("compare", left=good, right={"paneId": NOBODY})[0] == "not_found"
    assert compare("compare", left=good, right=outside) == ("invalid_params", "$.right.uri")
    assert compare("compare", left=good, right=good, granularity="x") == (
        "invalid_params",
        "$.granularity",
    )


def test_a_comparison_of_eight_panes_survives_the_server_and_comes_back_whole(
    answered: Answered, installation: Installation
) -> None:
    run = answered.ask(*VOICES, *VOICES)
    pane_ids = [pane["id"] for pane in run["panes"]]

    def looked_at(one: Answered) -> list[Any]:
        pairs = zip(pane_ids, pane_ids[1:] + pane_ids[:1], strict=True)
        found: list[Any] = [
            one.result("compare", left={"paneId": left}, right={"paneId": right})
            for left, right in pairs
        ]
        agreed = one.result("consensus", paneIds=pane_ids)
        return [*found, agreed, one.text(agreed["uri"])]

    before = looked_at(answered)
    assert len({pane["title"] for pane in run["panes"]}) == 8
    answered.client.kill()
    with installation.raw_client() as client:
        again = Answered(client, installation)
        session = again.result("session.open", sessionId=run["sessionId"])["session"]
        assert [pane["id"] for pane in session["panes"]] == pane_ids
        assert looked_at(again) == before
