"""One prompt, eight panes, every kind of end: each pane ends as it must, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from antiphon.model.commands.runs import BroadcastParams
from support.e2e.shown_documents import Shown

if TYPE_CHECKING:
    from antiphon.model.commands.runs import RunResult
    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient
    from support.faults.client import FaultServer

MODELS = [
    "fault/paced-60-100",
    "fault/paced-60-100",
    "fault/ok",
    "fault/flood-500",
    "fault/s429-then-ok",
    "fault/s401",
    "fault/cut",
    "fault/stall-mid",
]
ENDS = [
    ("complete", None),
    ("complete", None),
    ("complete", None),
    ("complete", None),
    ("complete", None),
    ("failed", "authentication"),
    ("interrupted", "interrupted"),
    ("interrupted", "timeout_idle"),
]
PROMPT = "Say something. tag:eight"
# Long enough that a machine at its limit does not take a steady stream for a stalled one.
QUICK = {"retry": {"baseDelayMs": 50}, "timeouts": {"idleMs": 2_000}}


def ends(result: RunResult) -> list[tuple[str, str | None]]:
    return [(each.status, each.failure and each.failure.kind) for each in result.results]


def texts_sent(server: FaultServer) -> Counter[tuple[str, str]]:
    """What the provider sent, by model, requests that brought no text left out."""
    return Counter((each["model"], each["text"]) for each in server.requests() if each["text"])


async def test_each_of_eight_panes_ends_in_its_own_state_and_the_history_holds_what_was_shown(
    installation: Installation, fault_server: FaultServer
) -> None:
    shown = Shown()
    async with installation.client(**QUICK) as client:
        result = await shown.follow(client.broadcast(BroadcastParams(prompt=PROMPT, models=MODELS)))
        uris = {pane.id: pane.uri for pane in result.panes}
        await shown.assert_documents(client, uris)

    assert [pane.model for pane in result.panes] == MODELS
    assert len({pane.id for pane in result.panes}) == 8
    assert ends(result) == ENDS
    assert result.status == "partial"
    shown.assert_orderly()
    for each in result.results:
        end = shown.end(each.message_id)
        assert (end.type == "error") == (each.status == "failed")
        assert end.failure == each.failure
        assert end.type == "error" or (end.status, end.usage) == (each.status, each.usage)
    retried = [event for event in shown.events if event.type == "retry"]
    assert [(e.message_id, e.attempt, e.failure.kind) for e in retried] == [
        (result.results[4].message_id, 2, "rate_limited")
    ]

    # No text crosses panes: every answer is what one request of its own model was sent.
    contents = shown.reducer.messages
    received = Counter(
        (pane.model.removeprefix("fault/"), contents[each.message_id])
        for pane, each in zip(result.panes, result.results, strict=True)
        if contents[each.message_id]
    )
    assert received == texts_sent(fault_server)
    assert len(received) == 7

    async with installation.client() as other:
        kept = await other.open_session(result.session_id)
        await shown.assert_documents(other, uris)
    shown.assert_kept(kept.messages)
    assert [pane.id for pane in kept.session.panes] == list(uris)
    assert [pane.state for pane in kept.session.panes] == ["idle"] * 8
    prompts = [message for message in kept.messages if message.role == "user"]
    assert [message.content for message in prompts] == [PROMPT] * 8
    assert len(kept.messages) == 16


def test_a_document_that_is_pulled_in_mid_stream_is_what_was_sent_before_its_text(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client() as client:
        argument = {"prompt": "tag:pull", "models": ["fault/paced-400-400"] * 3, "streamToken": "s"}
        run = client.command("antiphon.broadcast", argument)
        client.until(lambda: sum(event["type"] == "token" for event in client.events("s")) > 3)
        panes = [event["pane"] for event in client.events("s") if event["type"] == "start"]
        pulls = {
            client.request("workspace/textDocumentContent", {"uri": pane["uri"]}): pane["id"]
            for _ in range(20)
            for pane in panes
        }
        client.until(lambda: pulls.keys() <= client.answers.keys())
        assert run not in client.answers
        client.answer(run)
        assert_nothing_comes_after(client, run)
        shown: dict[str, str] = {}
        for message in client.log:
            if message.get("id") in pulls and "method" not in message:
                assert message["result"]["text"] == shown[pulls[message["id"]]]
            elif message.get("method") == "$/progress":
                for event in message["params"]["value"]["events"]:
                    grown = event.get("append", "") + event.get("text", "")
                    shown[event["paneId"]] = shown.get(event["paneId"], "") + grown


def assert_nothing_comes_after(client: RawClient, run: int) -> None:
    """The response is the last word: every event of the run was sent before it."""
    client.run("antiphon.health", {})
    ends = [n for n, message in enumerate(client.log) if message.get("id") == run]
    streams = [n for n, message in enumerate(client.log) if message.get("method") == "$/progress"]
    assert max(streams) < ends[-1]
    assert [event["type"] for event in client.events("s")].count("final") == 3
