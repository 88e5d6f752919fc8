"""`antiphon.code.propose` and `antiphon.code.apply` through the protocol alone."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from support.e2e.answers import Answered, range_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.e2e.installation import Installation

EDITS = {
    "workspace": {"applyEdit": True},
    "textDocument": {
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["refactor"]}}}
    },
}
SOURCE = "import os\n\n\ndef f():\n    return 1\n"
LINES = {"start": {"line": 3, "character": 0}, "end": {"line": 5, "character": 0}}


@contextmanager
def editor(installation: Installation, **capabilities: Any) -> Iterator[tuple[Answered, str]]:
    """A client that takes edits, and a file of its workspace."""
    file = installation.workspace / "app.py"
    file.write_text(SOURCE, newline="")
    with installation.raw_client(capabilities=capabilities or EDITS) as client:
        yield Answered(client, installation), file.as_uri()


def asked(answered: Answered, *items: dict[str, Any]) -> dict[str, Any]:
    """A place in the block of code of an answer that had `items` as context."""
    context = {"context": list(items)} if items else {}
    run = answered.ask("demo/coder", prompt="Better?", **context)
    uri = run["panes"][0]["uri"]
    place = range_of(answered.text(uri), "import asyncio")["start"]
    return {"uri": uri, "position": place}


def applied(answered: Answered, argument: dict[str, Any], answer: Any) -> tuple[Any, Any]:
    """The edit that the server asked for, and the result once the editor said `answer`."""
    client = answered.client
    taken = client._take
    edits: list[Any] = []

    def take(message: dict[str, Any]) -> None:
        if message.get("method") == "workspace/applyEdit":
            edits.append(message["params"])
            client.send(id=message["id"], **answer)
        else:
            taken(message)

    client._take = take  # type: ignore[method-assign]
    reply = client.run("antiphon.code.apply", argument)
    client._take = taken  # type: ignore[method-assign]
    return edits, reply


def test_code_takes_the_place_of_what_was_context_by_one_edit(installation: Installation) -> None:
    with editor(installation) as (answered, file):
        place = asked(answered, {"uri": file, "range": LINES})
        found = answered.result("code.propose", **place)
        assert (found["languageId"], found["unseen"]) == ("python", [])
        [proposal] = found["proposals"]
        assert proposal["target"]["range"] == LINES
        assert proposal["label"] == "app.py, lines 4 to 5"
        after = answered.text(proposal["uri"])
        assert after == "import os\n\n\n" + found["code"]
        argument = {**place, "target": proposal["target"]}
        edits, reply = applied(answered, argument, {"result": {"applied": True}})
        assert reply["result"] == {"applied": True}
        [edit] = edits
        [(uri, [change])] = edit["edit"]["changes"].items()
        assert (uri, change["range"]) == (file, LINES)
        assert change["newText"] == found["code"]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (
            {"result": {"applied": False, "failureReason": "It is read-only."}},
            {"applied": False, "reason": "It is read-only."},
        ),
        ({"result": None}, {"applied": False}),
        ({"error": {"code": -32603, "message": "No."}}, {"applied": False, "reason": "No."}),
    ],
)
def test_an_editor_that_refuses_says_so_itself(
    installation: Installation, answer: Any, result: Any
) -> None:
    with editor(installation) as (answered, file):
        place = asked(answered, {"uri": file})
        argument = {**place, "target": {"uri": file}}
        assert applied(answered, argument, answer)[1]["result"] == result


def test_a_buffer_that_is_not_saved_is_what_is_changed(installation: Installation) -> None:
    with editor(installation) as (answered, file):
        item = {"uri": file, "languageId": "python", "version": 1, "text": "x\r\n" + SOURCE}
        answered.client.notify("textDocument/didOpen", {"textDocument": item})
        place = asked(answered, {"uri": file, "range": LINES})
        [proposal] = answered.result("code.propose", **place)["proposals"]
        assert answered.text(proposal["uri"]).startswith("x\r\nimport os\n")


def test_a_place_that_has_changed_since_is_left_alone(installation: Installation) -> None:
    with editor(installation) as (answered, file):
        place = asked(answered, {"uri": file, "range": LINES})
        [proposal] = answered.result("code.propose", **place)["proposals"]
        (installation.workspace / "app.py").write_text("# new\n" + SOURCE)
        target = proposal["target"]
        assert answered.refused("code.apply", **place, target=target)[0] == "conflict"
        [again] = answered.result("code.propose", **place)["proposals"]
        assert again["target"]["range"]["start"]["line"] == 4


def test_lines_that_the_model_was_not_shown_are_left_alone_unless_that_is_forced(
    installation: Installation,
) -> None:
    with editor(installation) as (answered, file):
        place = asked(answered, {"uri": file})
        (installation.workspace / "app.py").write_text("# new\n" + SOURCE)
        target = {"uri": file, "range": LINES}
        [proposal] = answered.result("code.propose", **place, target=target)["proposals"]
        overtaken = proposal["overtaken"]
        assert overtaken["message"].startswith("app.py has changed: lines 4 to 5 are not what")
        argument = {**place, "target": proposal["target"]}
        edits, reply = applied(answered, argument, {"result": {"applied": True}})
        assert edits == []
        data = reply["error"]["data"]
        assert (data["kind"], data["overtaken"]) == ("conflict", overtaken)
        elsewhere = {**place, "target": overtaken["elsewhere"]}
        assert elsewhere["target"]["range"]["start"]["line"] == 4
        for taken in (elsewhere, {**argument, "force": True}):
            edits, reply = applied(answered, taken, {"result": {"applied": True}})
            assert (len(edits), reply["result"]) == (1, {"applied": True})


def test_an_action_applies_the_code_under_the_cursor(installation: Installation) -> None:
    with editor(installation) as (answered, file):
        place = asked(answered, {"uri": file, "range": LINES})
        cursor = {"start": place["position"], "end": place["position"]}
        context = {"diagnostics": []}
        argument = {"textDocument": {"uri": place["uri"]}, "range": cursor, "context": context}
        [action] = answered.client.ask("textDocument/codeAction", argument)["result"]
        assert action["title"] == "Put this code into app.py, lines 4 to 5"
        assert action["command"]["command"] == "antiphon.code.apply"
        given = action["command"]["arguments"][0]
        edits, _ = applied(answered, given, {"result": {"applied": True}})
        assert len(edits) == 1


def test_what_cannot_be_applied_is_refused_and_nothing_changes(
    installation: Installation,
) -> None:
    with editor(installation) as (answered, file):
        place = asked(answered)
        assert answered.result("code.propose", **place)["proposals"] == []
        outside = {"uri": (installation.folder / "config.toml").as_uri()}
        missing = {"uri": (installation.workspace / "no.py").as_uri()}
        nowhere = {**place, "position": {"line": 0, "character": 0}}
        own = {"uri": place["uri"]}
        refused = answered.refused
        uri = "$.target.uri"
        assert refused("code.propose", **nowhere) == ("invalid_params", "$.position")
        for name in ("code.propose", "code.apply"):
            assert refused(name, **place, target=outside) == ("invalid_params", uri)
            assert refused(name, **place, target=missing) == ("invalid_params", uri)
            assert refused(name, **place, target=own) == ("invalid_params", uri)
        assert refused("code.apply", **nowhere, target={"uri": file})[1] == "$.position"
        assert (installation.workspace / "app.py").read_text() == SOURCE


def test_an_editor_without_edits_is_told_so(installation: Installation) -> None:
    with editor(installation, window={}) as (answered, file):
        place = asked(answered, {"uri": file})
        assert answered.refused("code.apply", **place, target={"uri": file})[0] == "unsupported"
