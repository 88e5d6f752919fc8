"""Conversations go on: follow-ups, other attempts, restarts, two servers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.model.commands.runs import BroadcastParams, RegenerateParams
from antiphon_client import CommandFailed
from support.e2e.shown_documents import Shown

if TYPE_CHECKING:
    from antiphon.model.commands.runs import RunResult
    from antiphon_client import AntiphonClient
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

THREE = ["fault/ok", "fault/flood-20", "fault/ok"]


async def ask(client: AntiphonClient, shown: Shown, prompt: str, **more: object) -> RunResult:
    return await shown.follow(client.broadcast(BroadcastParams(prompt=prompt, **more)))


def sent_turns(server: FaultServer, tag: str) -> list[list[tuple[str, str]]]:
    """The turns of each request under a tag."""
    return [
        [(turn["role"], turn["content"]) for turn in each["body"]["messages"]]
        for each in server.requests(tag=tag)
    ]


async def test_one_some_or_all_panes_are_asked_on_each_with_its_own_history(
    installation: Installation, fault_server: FaultServer
) -> None:
    shown = Shown()
    async with installation.client() as client:
        first = await ask(client, shown, "tag:one", models=THREE, system="Be brief.")
        panes = [pane.id for pane in first.panes]
        some = await ask(client, shown, "tag:two", pane_ids=panes[1:])
        one = await ask(client, shown, "tag:three", pane_ids=panes[:1])
        everyone = await ask(client, shown, "tag:four", session_id=first.session_id)
        more = await ask(
            client, shown, "tag:five", session_id=first.session_id, models=["fault/ok"]
        )
        runs = (first, some, one, everyone, more)
        assert {run.session_id for run in runs} == {first.session_id}
        assert [{pane.id for pane in run.panes} for run in runs[:4]] == [
            set(panes),
            set(panes[1:]),
            set(panes[:1]),
            set(panes),
        ]
        assert [pane.title for pane in more.panes] == ["ok#3"]
        opened = await client.open_session(first.session_id)
        uris = {pane.id: pane.uri for pane in opened.session.panes}
        assert list(uris) == [*panes, more.panes[0].id]
        await shown.assert_documents(client, uris)

    shown.assert_orderly()
    shown.assert_kept(opened.messages)
    answers = shown.reducer.messages
    for index, pane_id in enumerate(panes):
        asked = ["tag:one", *(["tag:three"] if index == 0 else ["tag:two"])]
        told = [answers[m.id] for m in opened.messages if m.pane_id == pane_id and m.run_id in
                {first.run_id, some.run_id, one.run_id} and m.role == "assistant"]  # fmt: skip
        expected = [("system", "Be brief.")]
        for question, answer in zip(asked, told, strict=True):
            expected += [("user", question), ("assistant", answer)]
        assert [*expected, ("user", "tag:four")] in sent_turns(fault_server, "four")
    assert sent_turns(fault_server, "five") == [[("user", "tag:five")]]


async def test_an_answer_is_asked_again_of_the_same_and_of_another_model(
    installation: Installation, fault_server: FaultServer
) -> None:
    shown = Shown()
    async with installation.client() as client:
        first = await ask(client, shown, "tag:again", models=["fault/cut"])
        uri = first.panes[0].uri
        document = shown.reducer.texts[first.panes[0].id]
        assert first.results[0].status == "interrupted"
        await ask_again(client, shown, first.results[0].message_id, None)
        last = await ask_again(client, shown, shown.events[-1].message_id, "fault/flood-5")
        assert last.panes[0].model == "fault/flood-5"
        assert client.requests.refreshed == [uri, uri]
        await shown.assert_documents(client, {first.panes[0].id: uri})
        text = shown.reducer.texts[first.panes[0].id]
        opened = await client.open_session(first.session_id)
    # The prompt's block stands, only the answer's is another one.
    assert text.startswith("## You\n\ntag:again\n\n## flood-5\n\n")
    assert document.startswith("## You\n\ntag:again\n\n## cut\n\n")
    assert [message.role for message in opened.messages] == ["user", "assistant"]
    assert opened.messages[1].id == last.results[0].message_id
    assert len(sent_turns(fault_server, "again")) == 3
    assert all(turns == [("user", "tag:again")] for turns in sent_turns(fault_server, "again"))
    kept = installation.query("SELECT superseded FROM messages WHERE role = 'assistant'")
    assert sorted(kept) == [(0,), (1,), (1,)]


async def ask_again(
    client: AntiphonClient, shown: Shown, message_id: str, model: str | None
) -> RunResult:
    run = client.regenerate(RegenerateParams(message_id=message_id, model=model))
    result = await shown.follow(run)
    [start] = [event for event in shown.of(result.results[0].message_id) if event.type == "start"]
    assert (start.cut_from.line, start.cut_from.character) == (3, 0)
    return result


async def test_only_the_last_answer_of_a_pane_is_asked_again(installation: Installation) -> None:
    shown = Shown()
    async with installation.client() as client:
        first = await ask(client, shown, "one", models=["fault/ok"])
        await ask(client, shown, "two", session_id=first.session_id)
        opened = await client.open_session(first.session_id)
        for message in opened.messages[:3]:
            with pytest.raises(CommandFailed) as caught:
                await client.regenerate(RegenerateParams(message_id=message.id)).result()
            assert caught.value.failure.kind == "conflict"


async def test_sessions_are_listed_page_by_page_the_last_used_first(
    installation: Installation,
) -> None:
    shown = Shown()
    async with installation.client() as client:
        for number in range(5):
            await ask(client, shown, f"Question {number}\nand more", models=["fault/ok"])
        oldest = (await client.sessions()).sessions[-1]
        await ask(client, shown, "again", session_id=oldest.id)
        pages, cursor = [], None
        while not pages or cursor:
            page = await client.sessions(limit=2, cursor=cursor)
            pages.append([session.title for session in page.sessions])
            cursor = page.next_cursor
    assert pages == [
        ["Question 0", "Question 4"],
        ["Question 3", "Question 2"],
        ["Question 1"],
    ]


async def test_a_conversation_goes_on_after_a_restart(
    installation: Installation, fault_server: FaultServer
) -> None:
    shown = Shown()
    async with installation.client() as client:
        first = await ask(client, shown, "tag:before", models=THREE)
    async with installation.client() as client:
        await shown.assert_documents(client, {pane.id: pane.uri for pane in first.panes})
        await ask(client, shown, "tag:after", session_id=first.session_id)
        await shown.assert_documents(client, {pane.id: pane.uri for pane in first.panes})
        opened = await client.open_session(first.session_id)
    shown.assert_orderly()
    shown.assert_kept(opened.messages)
    assert [len(turns) for turns in sent_turns(fault_server, "after")] == [3, 3, 3]


async def test_a_history_that_cannot_be_used_is_said_and_answers_stream_all_the_same(
    installation: Installation, fault_server: FaultServer
) -> None:
    (installation.folder / "file").write_text("in the way")
    url = f"sqlite:///{installation.folder}/file/history.db"
    shown = Shown()
    async with installation.client(history={"url": url}) as client:
        history = (await client.health()).history
        assert history.location == ":memory:"
        assert "nothing is kept" in (history.problem or "")
        result = await ask(client, shown, "tag:lost", models=THREE)
        assert result.status == "complete"
        await shown.assert_documents(client, {pane.id: pane.uri for pane in result.panes})
        again = await ask(client, shown, "on", session_id=result.session_id)
        assert again.status == "complete"
    shown.assert_orderly()
    for event in shown.events:
        if event.type == "final":
            # Whoever reads the answer is told that it will not be there tomorrow.
            assert any("not in the history" in note for note in event.notes or [])
