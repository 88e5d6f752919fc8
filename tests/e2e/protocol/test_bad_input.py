"""Bad input is named before anything is sent or stored, and never ends the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient
    from support.faults.client import FaultServer

INVALID_PARAMS, REQUEST_FAILED = -32602, -32803
NOBODY = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
LISTED = ["gpt-nine", "gpt-nine-mini", "gemma", "stable-nine"]


@pytest.fixture
def client(installation: Installation, fault_server: FaultServer) -> Iterator[RawClient]:
    """A client of a server with small limits; nothing may be stored or sent by the end."""
    row = {"type": "openai", "baseUrl": fault_server.base_url, "models": LISTED}
    limits = {"maxPromptBytes": 1_000, "maxContextBytes": 2_000, "maxPanesPerRun": 3}
    with installation.raw_client(limits=limits, providers={"listed": row}) as client:
        yield client
        assert client.run("antiphon.health", {})["result"]["protocol"] == 1
        assert client.run("antiphon.session.list", {})["result"] == {"sessions": []}
        assert fault_server.requests() == []


def refusal(client: RawClient, command: str, argument: Any) -> tuple[int, dict[str, Any]]:
    """The code and the data of a command's error."""
    error = client.run(command, argument)["error"]
    assert error["message"] == error["data"]["message"]
    assert error["data"]["hint"]
    return error["code"], error["data"]


SHAPES: list[tuple[str, Any, str]] = [
    ("antiphon.broadcast", {}, "$.prompt"),
    ("antiphon.broadcast", {"prompt": 5}, "$.prompt"),
    ("antiphon.broadcast", {"prompt": None}, "$.prompt"),
    ("antiphon.broadcast", {"prompt": "p", "models": "demo/terse"}, "$.models"),
    ("antiphon.broadcast", {"prompt": "p", "models": [5]}, "$.models[0]"),
    ("antiphon.broadcast", {"prompt": "p", "models": ["demo/terse", {}]}, "$.models[1].model"),
    (
        "antiphon.broadcast",
        {"prompt": "p", "models": [{"model": "demo/terse", "title": []}]},
        "$.models[0].title",
    ),
    (
        "antiphon.broadcast",
        {"prompt": "p", "models": [{"model": "demo/terse", "params": {"temperature": "hot"}}]},
        "$.models[0].params.temperature",
    ),
    ("antiphon.broadcast", {"prompt": "p", "params": {"temperature": -1}}, "$.params.temperature"),
    ("antiphon.broadcast", {"prompt": "p", "params": {"maxTokens": 0}}, "$.params.maxTokens"),
    ("antiphon.broadcast", {"prompt": "p", "params": {"stop": [1]}}, "$.params.stop[0]"),
    ("antiphon.broadcast", {"prompt": "p", "paneIds": [None]}, "$.paneIds[0]"),
    ("antiphon.broadcast", {"prompt": "p", "sessionId": 1}, "$.sessionId"),
    ("antiphon.broadcast", {"prompt": "p", "context": [{}]}, "$.context[0].uri"),
    (
        "antiphon.broadcast",
        {"prompt": "p", "context": [{"uri": "a:b", "range": {"start": {"line": 1}}}]},
        "$.context[0].range.start.character",
    ),
    ("antiphon.broadcast", {"prompt": "p", "streamToken": 1.5}, "$.streamToken"),
    ("antiphon.estimate", {"models": ["demo/terse"]}, "$.prompt"),
    ("antiphon.regenerate", {}, "$.messageId"),
    ("antiphon.regenerate", {"messageId": ["m"]}, "$.messageId"),
    ("antiphon.cancel", {"runId": 1}, "$.runId"),
    ("antiphon.models", {"query": 1}, "$.query"),
    ("antiphon.session.list", {"limit": 0}, "$.limit"),
    ("antiphon.session.list", {"limit": 10_000}, "$.limit"),
    ("antiphon.session.list", {"limit": "many"}, "$.limit"),
    ("antiphon.session.open", {}, "$.sessionId"),
    ("antiphon.health", [], "$"),
    ("antiphon.broadcast", "p", "$"),
    ("antiphon.nothing", {}, "$.command"),
]


def test_a_wrong_shape_is_answered_with_the_path_of_its_field(client: RawClient) -> None:
    found = []
    for command, argument, _ in SHAPES:
        code, data = refusal(client, command, argument)
        assert (code, data["kind"]) == (INVALID_PARAMS, "invalid_params")
        found.append((command, argument, data["field"]))
    assert found == SHAPES


@pytest.mark.parametrize("prompt", ["", " \n\t ", "x" * 1_001, "é" * 501])
def test_a_prompt_that_is_empty_or_too_long_is_refused(client: RawClient, prompt: str) -> None:
    for command in ("antiphon.broadcast", "antiphon.estimate"):
        code, data = refusal(client, command, {"prompt": prompt, "models": ["fault/ok"]})
        assert (code, data["field"]) == (INVALID_PARAMS, "$.prompt")


def test_more_models_than_allowed_are_refused(client: RawClient) -> None:
    ask = {"prompt": "p", "models": ["fault/ok"] * 4}
    code, data = refusal(client, "antiphon.broadcast", ask)
    assert (code, data["field"]) == (INVALID_PARAMS, "$.models")


@pytest.mark.parametrize("model", ["lsted/gpt-nin", "gpt-nin", "/gpt-nin", "nobody/gpt-nin"])
def test_a_model_of_no_configured_provider_refuses_the_whole_command(
    client: RawClient, model: str
) -> None:
    for command in ("antiphon.broadcast", "antiphon.estimate"):
        code, data = refusal(client, command, {"prompt": "p", "models": ["fault/ok", model]})
        assert (code, data["kind"]) == (REQUEST_FAILED, "model_not_found")
        names = data["hint"].removeprefix("Did you mean ").removesuffix("?").split(" or ")
        assert len(names) == 3
        assert names[0] == "listed/gpt-nine"


def test_without_any_model_the_answer_says_what_to_set(client: RawClient) -> None:
    code, data = refusal(client, "antiphon.broadcast", {"prompt": "p"})
    assert (code, data["kind"]) == (INVALID_PARAMS, "invalid_params")
    assert "models.default" in data["hint"]
    assert "demo/" in data["hint"]


@pytest.mark.parametrize(
    ("command", "argument"),
    [
        ("antiphon.broadcast", {"prompt": "p", "paneIds": [NOBODY]}),
        ("antiphon.broadcast", {"prompt": "p", "sessionId": NOBODY}),
        ("antiphon.broadcast", {"prompt": "p", "sessionId": "../\0", "models": ["demo/terse"]}),
        ("antiphon.session.open", {"sessionId": NOBODY}),
        ("antiphon.regenerate", {"messageId": NOBODY}),
    ],
)
def test_what_does_not_exist_is_not_found(client: RawClient, command: str, argument: Any) -> None:
    code, data = refusal(client, command, argument)
    assert (code, data["kind"]) == (REQUEST_FAILED, "not_found")


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        (f"antiphon:/pane/{NOBODY}/{NOBODY}/x", "not_found"),
        (f"antiphon:///message/{NOBODY}/{NOBODY}/{NOBODY}/x", "not_found"),
        ("antiphon:/pane/x", "invalid_params"),
        ("file:///etc/passwd", "invalid_params"),
        ("", "invalid_params"),
    ],
)
def test_a_document_that_does_not_exist_is_refused(client: RawClient, uri: str, kind: str) -> None:
    error = client.ask("workspace/textDocumentContent", {"uri": uri})["error"]
    assert error["data"]["kind"] == kind


def bad_files(workspace: Path) -> dict[str, Path]:
    """Files that must not be read, by what their refusal says of them."""
    outside = workspace.parent / "secret.txt"
    outside.write_text("not for models")
    (workspace / "link.txt").symlink_to(outside)
    (workspace / "folder").symlink_to(workspace.parent, target_is_directory=True)
    (workspace / "binary.bin").write_bytes(b"\x7fELF\0\1\2")
    (workspace / "latin.txt").write_bytes("é".encode("latin-1"))
    (workspace / "large.txt").write_text("x" * 2_001)
    return {
        "No such file": workspace / "missing.txt",
        "outside": outside,
        "outside the open": workspace / "link.txt",
        "outside the open folders": workspace / "folder" / "secret.txt",
        "outside the open folders.": workspace / ".." / "secret.txt",
        "not a file": workspace,
        "not a text file": workspace / "binary.bin",
        "not UTF-8": workspace / "latin.txt",
        "2,000 bytes": workspace / "large.txt",
    }


def test_context_that_cannot_be_used_is_named_before_anything_is_sent(
    client: RawClient, installation: Installation
) -> None:
    for words, path in bad_files(installation.workspace).items():
        context = [{"uri": "untitled:a", "text": "fine"}, {"uri": f"file://{path}"}]
        ask = {"prompt": "p", "models": ["fault/ok"], "context": context}
        code, data = refusal(client, "antiphon.broadcast", ask)
        assert (code, data["field"]) == (INVALID_PARAMS, "$.context[1]")
        assert words in data["message"]


@pytest.mark.parametrize(
    "item", [{"uri": "https://example.org/a"}, {"uri": "untitled:a", "text": "x" * 2_001}]
)
def test_context_of_another_kind_or_size_is_refused(client: RawClient, item: Any) -> None:
    ask = {"prompt": "p", "models": ["fault/ok"], "context": [item]}
    code, data = refusal(client, "antiphon.broadcast", ask)
    assert (code, data["field"]) == (INVALID_PARAMS, "$.context[0]")


def test_a_range_of_a_large_file_may_be_sent(client: RawClient, installation: Installation) -> None:
    large = installation.workspace / "large.txt"
    large.write_text("first\n" + "x" * 5_000)
    lines = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
    ask = {
        "prompt": "p",
        "models": ["fault/ok"],
        "context": [{"uri": large.as_uri(), "range": lines}],
    }
    reply = client.run("antiphon.estimate", ask)
    # Either is right; a refusal must not tell to do what was done.
    assert "result" in reply or "range" not in reply["error"]["data"]["hint"]
