"""Files, parts of files and selections stand in front of the prompt, labelled and fenced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from antiphon.model.commands.runs import BroadcastParams
from support.e2e.shown_documents import Shown

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.model.commands.runs import RunResult
    from antiphon_client import AntiphonClient
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer


def prompts(server: FaultServer) -> list[str]:
    """What each request said last."""
    return [each["body"]["messages"][-1]["content"] for each in server.requests()]


def item(path: Path, lines: tuple[int, int] | None = None) -> dict[str, Any]:
    """A context item; `lines` are counted from zero, the last one is left out."""
    if lines is None:
        return {"uri": path.as_uri()}
    start, end = ({"line": line, "character": 0} for line in lines)
    return {"uri": path.as_uri(), "range": {"start": start, "end": end}}


async def ask(client: AntiphonClient, **arguments: Any) -> RunResult:
    params = BroadcastParams.model_validate({"models": ["fault/ok"], **arguments})
    return await Shown().follow(client.broadcast(params))


async def test_each_kind_of_context_is_sent_with_its_label_and_shown_by_its_label_only(
    installation: Installation, fault_server: FaultServer
) -> None:
    code = installation.workspace / "src" / "größe.py"
    code.parent.mkdir()
    code.write_text("one\ntwo = 2\n```\nfive\n")
    context = [
        item(code),
        item(code, (1, 2)),
        {"uri": "untitled:Untitled-1", "text": "unsaved words"},
    ]
    async with installation.client() as client:
        result = await ask(client, prompt="Explain.", context=context)
        document = await client.content(result.panes[0].uri)
        opened = await client.open_session(result.session_id)
    [prompt] = prompts(fault_server)
    assert prompt == (
        "Context: src/größe.py\n\n````\none\ntwo = 2\n```\nfive\n````\n\n"
        "Context: src/größe.py, line 2\n\n```\ntwo = 2\n```\n\n"
        "Context: Untitled-1\n\n```\nunsaved words\n```\n\n"
        "Explain."
    )
    assert "unsaved words" not in document
    assert "src/größe.py, line 2" in document
    digests = opened.messages[0].context or []
    assert [digest.bytes for digest in digests] == [len(code.read_bytes()), 8, 13]
    assert opened.messages[0].content == "Explain."


async def test_panes_of_one_prompt_get_the_same_brief_and_follow_ups_repeat_it_after_a_restart(
    installation: Installation, fault_server: FaultServer
) -> None:
    note = installation.workspace / "note.txt"
    note.write_text("as it was\n")
    async with installation.client() as client:
        first = await ask(client, prompt="p", models=["fault/ok"] * 3, context=[item(note)])
        hashes = {
            message.context[0].sha256
            for message in (await client.open_session(first.session_id)).messages
            if message.context
        }
        assert len(hashes) == 1
    note.write_text("as it is now\n")
    async with installation.client() as client:
        await ask(client, prompt="on", models=None, sessionId=first.session_id)
    assert len(set(prompts(fault_server)[:3])) == 1
    assert len(fault_server.requests()) == 6
    for request in fault_server.requests()[3:]:
        turns = request["body"]["messages"]
        assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
        assert turns[0]["content"] == "Context: note.txt\n\n```\nas it was\n```\n\np"


async def test_an_open_buffer_is_read_as_it_is_in_the_editor(
    installation: Installation, fault_server: FaultServer
) -> None:
    note = installation.workspace / "note.txt"
    note.write_text("on disk\n")
    document = {"uri": note.as_uri(), "languageId": "x", "version": 1, "text": "in the editor\n"}
    async with installation.client() as client:
        client.connection.notify("textDocument/didOpen", {"textDocument": document})
        await ask(client, prompt="p", context=[item(note)])
        changed = {"uri": note.as_uri(), "version": 2}
        changes = [{"text": "and changed\n"}]
        client.connection.notify(
            "textDocument/didChange", {"textDocument": changed, "contentChanges": changes}
        )
        await ask(client, prompt="p", context=[item(note)])
        client.connection.notify("textDocument/didClose", {"textDocument": {"uri": note.as_uri()}})
        await ask(client, prompt="p", context=[item(note)])
    assert [prompt.split("\n")[3] for prompt in prompts(fault_server)] == [
        "in the editor",
        "and changed",
        "on disk",
    ]


async def test_a_pane_can_be_the_context_of_another_question(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with installation.client() as client:
        first = await ask(client, prompt="first")
        text = await client.content(first.panes[0].uri)
        await ask(client, prompt="second", context=[{"uri": first.panes[0].uri}])
    assert text in prompts(fault_server)[1]
