"""What a model thinks, seen from outside: shown above the answer where the setting asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.commands.runs import BroadcastParams
from support.e2e.shown_documents import Shown

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient

ASKED = BroadcastParams(prompt="Why?", models=["demo/thinker"])
HEAD = "> **Thinking**\n>\n> Somebody asks me something.\n>\n> I am a script"


async def test_thinking_is_shown_above_the_answer_and_kept_where_that_is_set(
    installation: Installation,
) -> None:
    shown = Shown()
    async with installation.client(stream={"reasoning": "show"}) as client:
        result = await shown.follow(client.broadcast(ASKED))
        await shown.assert_documents(client, {pane.id: pane.uri for pane in result.panes})
    shown.assert_orderly()
    (end,) = result.results
    assert end.usage.reasoning_tokens > 10
    document = shown.reducer.texts[end.pane_id]
    assert f"## thinker\n\n{HEAD}" in document
    with installation.raw_client() as again:
        assert stored(again, result.session_id, end.message_id)["reasoning"].startswith("Somebody")


async def test_thinking_is_hidden_and_counted_by_default(installation: Installation) -> None:
    shown = Shown()
    async with installation.client() as client:
        result = await shown.follow(client.broadcast(ASKED))
    (end,) = result.results
    assert "Thinking" not in shown.reducer.texts[end.pane_id]
    assert end.usage.reasoning_tokens > 10
    with installation.raw_client() as again:
        assert "reasoning" not in stored(again, result.session_id, end.message_id)


def stored(client: RawClient, session_id: str, message_id: str) -> dict:
    """The message as another server reads it."""
    opened = client.run("antiphon.session.open", {"sessionId": session_id})["result"]
    return next(each for each in opened["messages"] if each["id"] == message_id)


def test_what_was_shown_of_a_thought_outlives_the_server(installation: Installation) -> None:
    argument = {
        "prompt": "Why?",
        "models": [{"model": "demo/thinker", "params": {"tokensPerSecond": 5}}],
        "streamToken": 1,
    }
    with installation.raw_client(stream={"reasoning": "show"}) as client:
        client.command("antiphon.broadcast", argument)
        while not [event for event in client.events(1) if event["type"] == "reasoning"]:
            assert client.read(10)
        client.kill()
        client.read_to_end()
        start, *events = client.events(1)
    appended = "".join(event["append"] for event in events if event["type"] == "reasoning")
    with installation.raw_client() as again:
        uri = start["pane"]["uri"]
        text = again.ask("workspace/textDocumentContent", {"uri": uri})["result"]["text"]
    assert text.startswith(start["append"] + appended)
    assert "The server was stopped" in text
