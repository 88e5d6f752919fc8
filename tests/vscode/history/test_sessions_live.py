"""What another client does in a session that is open here is shown as it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.vscode.other_client import OtherClient, other_client
from support.vscode.window import SERVER, picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.faults.client import FaultServer
    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

GATED = "gated/gate-3-9"


@pytest.fixture
def other(vs: Workbench, editor: CodeServer) -> Iterator[OtherClient]:
    """A client with a server of its own on the same history."""
    assert vs.panes() == []
    with other_client(editor) as client:
        yield client


def words(count: int) -> str:
    """What the gated provider has said after that many tokens."""
    return "".join(f"t{number} " for number in range(count)).strip()


def text(vs: Workbench) -> str:
    """The text of the one pane."""
    return "".join(each or "" for each in vs.texts().values())


def test_an_answer_that_runs_elsewhere_streams_into_the_session_that_is_opened(
    vs: Workbench, other: OtherClient, provider: FaultServer
) -> None:
    run = other.begin("antiphon.broadcast", {"prompt": "From elsewhere.", "models": [GATED]})
    provider.wait_held()
    [session] = [
        each
        for each in other.command("antiphon.session.list", {})["sessions"]
        if each["title"] == "From elsewhere."
    ]
    vs.begin("antiphon.openSession", session["id"])
    expect(lambda: (words(3) in text(vs), words(4) in text(vs)), (True, False))
    picture(vs, "session-runs-elsewhere")
    provider.release()
    expect(lambda: words(9) in text(vs), wanted=True)
    [pane] = run.result()["panes"]
    expect(lambda: text(vs), other.content(pane["uri"]))
    vs.end()


def test_follow_ups_from_either_side_appear_as_they_stream_and_none_is_doubled(
    vs: Workbench, other: OtherClient, provider: FaultServer
) -> None:
    vs.begin("antiphon.broadcastPrompt", {"prompt": "First.", "models": [GATED]})
    provider.wait_held()
    provider.release()
    [pane] = vs.end()["panes"]
    expect(lambda: words(9) in text(vs), wanted=True)
    run = other.begin(
        "antiphon.broadcast",
        {"prompt": "Second.", "sessionId": pane["sessionId"], "paneIds": [pane["id"]]},
    )
    provider.wait_held()
    expect(lambda: text(vs).partition("Second.")[2].count(words(3)), 1)
    assert words(4) not in text(vs).partition("Second.")[2]
    picture(vs, "follow-up-from-elsewhere")
    provider.release()
    assert run.result()["status"] == "complete"
    expect(lambda: text(vs), other.content(pane["uri"]))
    vs.begin("antiphon.followUp", pane["uri"], "Third.")
    provider.wait_held()
    provider.release()
    assert vs.end()["status"] == "complete"
    expect(lambda: text(vs), other.content(pane["uri"]))
    assert [text(vs).count(each) for each in ("First.", "Second.", "Third.")] == [1, 1, 1]
    assert text(vs).count(words(9)) == 3


def test_a_session_that_was_renamed_or_deleted_elsewhere_is_so_here(
    vs: Workbench, other: OtherClient
) -> None:
    asked = {"prompt": "Name me.", "models": ["demo/echo"], "params": {"tokensPerSecond": 0}}
    [pane] = vs.execute("antiphon.broadcastPrompt", asked)["panes"]
    vs.execute("antiphon.sessions.focus")
    rows = vs.page.get_by_role("treeitem")
    rows.filter(has_text="Name me.").first.wait_for()
    named = {"sessionId": pane["sessionId"], "title": "Named elsewhere"}
    other.command("antiphon.session.rename", named)
    rows.filter(has_text="Named elsewhere").first.wait_for()
    other.command("antiphon.session.delete", {"sessionId": pane["sessionId"]})
    expect(vs.panes, [])
    eventually(lambda: rows.filter(has_text="Named elsewhere").count() == 0)
    vs.execute("workbench.view.explorer")


def ask(vs: Workbench, provider: FaultServer, prompt: str) -> dict[str, str]:
    """Asks in a new session, and returns its pane once it shows the whole answer."""
    vs.begin("antiphon.broadcastPrompt", {"prompt": prompt, "models": [GATED]})
    provider.wait_held()
    expect(lambda: text(vs).count(words(3)), 1)
    provider.release()
    [pane] = vs.end()["panes"]
    expect(lambda: text(vs).count(words(9)), 1)
    return pane


def test_a_pane_that_another_client_opens_in_the_session_opens_here_beside_the_others(
    vs: Workbench, other: OtherClient, provider: FaultServer
) -> None:
    pane = ask(vs, provider, "Panes.")
    sent = {"from": {"uri": pane["uri"]}, "to": {"models": [GATED]}, "mode": "ask"}
    run = other.begin("antiphon.sendTo", sent)
    provider.wait_held()
    expect(lambda: [each["text"].endswith(words(3) + " ") for each in vs.panes()], [False, True])
    picture(vs, "pane-from-elsewhere")
    provider.release()
    [new] = run.result()["panes"]
    expect(lambda: vs.texts().get(new["uri"]), other.content(new["uri"]))
    assert [each["column"] for each in vs.panes()] == [1, 2]


@pytest.fixture
def received(vs: Workbench, editor: CodeServer, tmp_path: Path) -> Iterator[Path]:
    """A file with everything that the editor gets from its server."""
    wire, program = tmp_path / "wire.log", tmp_path / "antiphon"
    program.write_text(f'#!/bin/sh\n"{SERVER}" "$@" | tee -a "{wire}"\n')
    program.chmod(0o700)
    before = editor.machine_settings()
    editor.change_machine_settings({**before, "antiphon.server.path": str(program)})
    eventually(lambda: wire.exists() and b"capabilities" in wire.read_bytes())
    yield wire
    vs.clear()
    editor.change_machine_settings(before)


def test_the_text_of_an_answer_that_was_asked_for_here_arrives_once(
    vs: Workbench, received: Path, provider: FaultServer
) -> None:
    pane = ask(vs, provider, "Once.")
    eventually(lambda: received.read_bytes().count(b'"type":"snapshot"') == 1)
    vs.begin("antiphon.followUp", pane["uri"], "Twice.")
    provider.wait_held()
    expect(lambda: text(vs).partition("Twice.")[2].count(words(3)), 1)
    provider.release()
    vs.end()
    eventually(lambda: received.read_bytes().count(b'"type":"snapshot"') == 2)
    came = received.read_bytes()
    assert [came.count(each) for each in (b'"text":"t0 ', b'"text":"t3 ')] == [2, 2]
    assert came.count(b'"type":"final"') == 2
    assert b'"result":{"text":"## You\\n\\nOnce.' not in came
    expect(lambda: text(vs).count(words(9)), 2)
