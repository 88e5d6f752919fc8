"""Every text comes through unchanged: to the model, into the document, over a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.values.uri import message_uri
from support.e2e.shown_documents import Shown

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

ODD_TEXTS = [
    "nul \0 and controls \x01\x1b[31m\x7f\x85",
    "line ends \r\n and \r and \u2028 and \u2029 and \x0b end",
    "emoji 👩‍👩‍👧‍👦 combining e\u0301 right to left \u202e\u05d0\u05d1 tags \U000e0041",
    "noncharacters \ufffe\uffff\U0010ffff bom \ufeff",
    "```python\nan open fence",
    "~~~\n````\n~~~\n# Heading\n\n## You\n\n<script>alert(1)</script> [x](command:y)",
    "  leading and trailing \n\n\n",
    "word " * 20_000,
]
MOST_PANES = 50


async def test_odd_texts_are_the_same_everywhere(
    installation: Installation, fault_server: FaultServer
) -> None:
    shown = Shown()
    uris: dict[str, str] = {}
    sessions: list[str] = []
    async with installation.client() as client:
        for text in ODD_TEXTS:
            # The second one sends the prompt back in HTTP chunks that are cut at odd places.
            models = ["fault/ok", "fault/echo-prompt"] if len(text) < 1_000 else ["fault/ok"]
            ask = BroadcastParams(prompt=text, models=models, system="9 1 2 60 3")
            result = await shown.follow(client.broadcast(ask))
            assert result.status == "complete"
            sessions.append(result.session_id)
            uris |= {pane.id: pane.uri for pane in result.panes}
            assert fault_server.requests()[-1]["body"]["messages"][-1]["content"] == text
            for each in result.results:
                address = message_uri(result.session_id, each.pane_id, each.message_id, "x")
                assert await client.content(address) == shown.reducer.messages[each.message_id]
            if len(models) == 2:
                assert shown.reducer.messages[result.results[1].message_id] == text
        shown.assert_orderly()
        await shown.assert_documents(client, uris)
    async with installation.client() as client:
        await shown.assert_documents(client, uris)
        for session_id, text in zip(sessions, ODD_TEXTS, strict=True):
            opened = await client.open_session(session_id)
            prompts = {message.content for message in opened.messages if message.role == "user"}
            assert prompts == {text}


async def test_as_many_panes_as_are_allowed_stream_at_once_without_mixing(
    installation: Installation, fault_server: FaultServer
) -> None:
    shown = Shown()
    async with installation.client() as client:
        ask = BroadcastParams(prompt="tag:many", models=["fault/paced-40-100"] * MOST_PANES)
        result = await shown.follow(client.broadcast(ask))
        assert result.status == "complete"
        shown.assert_orderly()
        sent = sorted(each["text"] for each in fault_server.requests())
        assert sorted(shown.reducer.messages.values()) == sent
        assert len(set(sent)) == MOST_PANES
        shown.assert_kept((await client.open_session(result.session_id)).messages)
