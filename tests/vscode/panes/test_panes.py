"""The main job: a prompt to several models, each answer streaming into a pane of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.vscode.server_process import kill_language_servers, language_servers
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

FAST = {"tokensPerSecond": 0}
EIGHT = ["terse", "chatty", "poet", "coder", "unicode", "echo", "terse", "poet"]


@pytest.mark.parametrize("count", [1, 3, 8])
def test_a_broadcast_shows_every_answer_in_a_split_of_its_own(
    vs: Workbench, documents: Callable[[list[str]], dict[str, str]], count: int
) -> None:
    models = [f"demo/{name}" for name in EIGHT[:count]]
    result = vs.execute(
        "antiphon.broadcastPrompt", {"prompt": "What is a fugue?", "models": models, "params": FAST}
    )
    assert result["status"] == "complete"
    uris = [pane["uri"] for pane in result["panes"]]
    expect(vs.texts, documents(uris))
    panes = vs.panes()
    assert [pane["uri"] for pane in panes] == uris
    assert [pane["column"] for pane in panes] == list(range(1, count + 1))
    assert {pane["language"] for pane in panes} == {"antiphon-answer"}
    assert not any(pane["dirty"] for pane in panes)


def test_following_up_goes_on_in_one_pane_and_in_all(
    vs: Workbench, documents: Callable[[list[str]], dict[str, str]]
) -> None:
    models = ["demo/terse", "demo/echo", "demo/poet"]
    asked = vs.execute(
        "antiphon.broadcastPrompt", {"prompt": "First.", "models": models, "params": FAST}
    )
    uris = [pane["uri"] for pane in asked["panes"]]

    one = vs.execute("antiphon.followUp", uris[1], "Second.")
    assert [result["paneId"] for result in one["results"]] == [asked["panes"][1]["id"]]
    expect(vs.texts, documents(uris))
    assert [text.count("## You") for text in vs.texts().values()] == [1, 2, 1]

    vs.execute("antiphon.followUpAll", uris[0], "Third.")
    expect(vs.texts, documents(uris))
    assert [text.count("## You") for text in vs.texts().values()] == [2, 3, 2]


def test_regenerating_cuts_the_old_answer_and_shows_the_new_one(
    vs: Workbench, documents: Callable[[list[str]], dict[str, str]]
) -> None:
    asked = vs.execute(
        "antiphon.broadcastPrompt", {"prompt": "Again?", "models": ["demo/poet"], "params": FAST}
    )
    [uri] = [pane["uri"] for pane in asked["panes"]]
    vs.execute("antiphon.regenerateAnswer", uri)
    expect(vs.texts, documents([uri]))
    assert vs.texts()[uri].count("## poet") == 1


def test_stopping_one_pane_leaves_the_others_streaming(
    vs: Workbench, provider: FaultServer
) -> None:
    models = ["gated/gate-5-20", "gated/gate-6-21"]
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Stop one of you.", "models": models})
    provider.wait_held(2)
    stopped, other = eventually(
        lambda: len(vs.panes()) == 2 and [pane["uri"] for pane in vs.panes()]
    )
    vs.execute("antiphon.stop", stopped)
    eventually(lambda: "topped" in vs.texts()[stopped])
    assert "topped" not in vs.texts()[other]
    provider.release()
    result = vs.end()
    assert [entry["status"] for entry in result["results"]] == ["cancelled", "complete"]


def test_a_wrong_key_is_said_in_its_pane_with_what_to_do(vs: Workbench) -> None:
    models = ["gated/s401", "demo/terse"]
    result = vs.execute(
        "antiphon.broadcastPrompt", {"prompt": "Who are you?", "models": models, "params": FAST}
    )
    assert [entry["status"] for entry in result["results"]] == ["failed", "complete"]
    refused = result["panes"][0]["uri"]
    eventually(lambda: "Check the key and set it again." in vs.texts()[refused])
    lens = vs.page.locator(".codelens-decoration a").filter(has_text="Set API key")
    lens.wait_for()


def test_a_killed_server_is_started_again_and_its_panes_are_healed(
    vs: Workbench,
    editor: CodeServer,
    provider: FaultServer,
    documents: Callable[[list[str]], dict[str, str]],
) -> None:
    models = ["gated/gate-5-20", "gated/gate-6-21", "demo/terse"]
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Live long.", "models": models, "params": FAST})
    provider.wait_held(2)
    uris = eventually(lambda: len(vs.panes()) == 3 and [pane["uri"] for pane in vs.panes()])
    before = language_servers(editor)
    kill_language_servers(editor)
    eventually(lambda: set(language_servers(editor)) - set(before))
    eventually(
        lambda: all("The server was stopped in the middle" in vs.texts()[uri] for uri in uris[:2])
    )
    expect(vs.texts, documents(uris))
    vs.execute("antiphon.followUp", uris[2], "Still there?")
    expect(vs.texts, documents(uris))
