"""What git has changed is context like any other: labelled, fenced, searched for keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.lsp.git_folder import GitFolder

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient
    from support.faults.client import FaultServer

KEY = "gsk_Zx81kQp0LmN7vTr3WsYd5GbH2"


@pytest.fixture
def folder(installation: Installation) -> GitFolder:
    made = GitFolder(installation.workspace)
    made.write(**{"a.txt": "changed\n"})
    return made


def review(client: RawClient, uri: str = "git:diff") -> dict[str, Any]:
    argument = {"prompt": "Review.", "models": ["fault/ok"], "context": [{"uri": uri}]}
    return client.run("antiphon.broadcast", argument)


def test_the_diff_stands_in_front_of_the_prompt_and_is_sent_again_with_a_follow_up(
    installation: Installation, folder: GitFolder, fault_server: FaultServer
) -> None:
    diff = folder.git("diff")
    with installation.raw_client() as client:
        session = review(client)["result"]["sessionId"]
        folder.git("checkout", "--quiet", "a.txt")
        client.run("antiphon.broadcast", {"prompt": "And now?", "sessionId": session})
        opened = client.run("antiphon.session.open", {"sessionId": session})["result"]
    first, second = (each["body"]["messages"] for each in fault_server.requests())
    assert first[0]["content"] == f"Context: git diff\n\n```diff\n{diff}```\n\nReview."
    assert second[0]["content"] == first[0]["content"]
    [digest] = opened["messages"][0]["context"]
    assert (digest["label"], digest["uri"], digest["languageId"]) == (
        "git diff",
        "git:diff",
        "diff",
    )
    assert digest["bytes"] == len(diff)


def test_what_is_staged_is_an_item_of_its_own(
    installation: Installation, folder: GitFolder, fault_server: FaultServer
) -> None:
    with installation.raw_client() as client:
        nothing = review(client, "git:staged")["error"]
        assert nothing["data"]["kind"] == "invalid_params"
        assert nothing["data"]["field"] == "$.context[0]"
        folder.git("add", "a.txt")
        assert "result" in review(client, "git:staged")
    [request] = fault_server.requests()
    assert request["body"]["messages"][0]["content"].startswith(
        "Context: git diff --staged\n\n```diff\ndiff --git a/a.txt b/a.txt\n"
    )


def test_a_key_among_the_changes_stops_the_prompt(
    installation: Installation, folder: GitFolder, fault_server: FaultServer
) -> None:
    folder.write(**{"a.txt": f"TOKEN={KEY}\n"})
    with installation.raw_client() as client:
        error = review(client)["error"]
    assert error["data"]["kind"] == "secrets"
    assert "context git diff line 7 looks like a Groq key" in error["message"]
    assert KEY not in str(client.log)
    assert fault_server.requests() == []


def test_nothing_is_read_from_a_folder_that_the_editor_does_not_trust(
    installation: Installation, folder: GitFolder, fault_server: FaultServer
) -> None:
    distrust = {"experimental": {"antiphon": {"trusted": False}}}
    with installation.raw_client(capabilities=distrust) as client:
        error = review(client)["error"]
    assert error["data"]["kind"] == "permission"
    assert "not trusted" in error["message"]
    assert fault_server.requests() == []
