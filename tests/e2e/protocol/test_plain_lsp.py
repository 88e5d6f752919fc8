"""An editor without any plugin of Antiphon's: standard LSP is enough to ask, read and stop."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from support.e2e.shared_server import wait_for

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient
    from support.faults.client import FaultServer

REFRESH = "workspace/textDocumentContent/refresh"
PULLS = {"workspace": {"textDocumentContent": {"dynamicRegistration": False}}}
SHOWS_FILES = {"window": {"showDocument": {"support": True}}}
SHOWS_PROGRESS = {"window": {"workDoneProgress": True}}
HIERARCHICAL = {
    "textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}},
}
ASK = {"prompt": "tag:plain", "models": ["fault/paced-150-300", "fault/ok"]}


def kinds(client: RawClient, token: int | str) -> list[str]:
    return [value["kind"] for value in client.progress(token)]


def progress_tokens(client: RawClient) -> set[Any]:
    return {params["token"] for params in client.notifications("$/progress")}


def texts(client: RawClient, result: dict[str, Any]) -> dict[str, str]:
    """The documents of a run's panes, by the provider's name of the model."""
    return {
        pane["title"]: client.ask("workspace/textDocumentContent", {"uri": pane["uri"]})["result"][
            "text"
        ]
        for pane in result["panes"]
    }


def assert_ended(client: RawClient, installation: Installation, code: int) -> None:
    """A server of one client ends with it; one for many goes on without."""
    if installation.transport == "stdio":
        assert client.process.wait(10) == code
    else:
        assert client.process.poll() is None


@pytest.mark.parametrize("token", ["a token", 7, 0])
def test_a_run_with_a_work_done_token_reports_ordinary_progress_and_nothing_else(
    installation: Installation, fault_server: FaultServer, token: int | str
) -> None:
    with installation.raw_client(capabilities=SHOWS_PROGRESS) as client:
        reply = client.run("antiphon.broadcast", ASK, workDoneToken=token)
        found = kinds(client, token)
        assert found[0] == "begin"
        assert found[-1] == "end"
        assert set(found[1:-1]) == {"report"}
        begin, end = client.progress(token)[0], client.progress(token)[-1]
        assert begin["cancellable"] is True
        assert end["message"].startswith("2 of 2 answered")
        assert progress_tokens(client) == {token}
        assert not client.asked("window/workDoneProgress/create")
        assert not client.asked(REFRESH)
        assert reply["result"]["status"] == "complete"
        shown = texts(client, reply["result"])
    sent = {each["model"]: each["text"] for each in fault_server.requests()}
    assert shown == {
        model: f"## You\n\ntag:plain\n\n## {model}\n\n{text}\n" for model, text in sent.items()
    }


def test_progress_without_a_token_is_created_by_the_server_and_can_be_cancelled(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client(capabilities=SHOWS_PROGRESS) as client:
        ask = {"prompt": "hi", "models": ["fault/stall-mid"]}
        run = client.command("antiphon.broadcast", ask)
        client.until(lambda: any("report" in kinds(client, t) for t in progress_tokens(client)))
        fault_server.wait_for(len)
        [created] = client.asked("window/workDoneProgress/create")
        assert progress_tokens(client) == {created["token"]}
        client.notify("window/workDoneProgress/cancel", {"token": created["token"]})
        reply = client.answer(run)
        assert [each["status"] for each in reply["result"]["results"]] == ["cancelled"]
        assert kinds(client, created["token"])[-1] == "end"
    fault_server.wait_closed()


def test_a_client_that_shows_no_progress_gets_the_response_and_nothing_else(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client() as client:
        reply = client.run("antiphon.broadcast", ASK)
        assert reply["result"]["status"] == "complete"
        methods = {message.get("method") for message in client.log}
    assert methods == {None, "antiphon/didChange"}


def test_a_client_that_pulls_documents_is_told_when_to_pull_again(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client(capabilities=PULLS) as client:
        run = client.command("antiphon.broadcast", {"prompt": "hi", "models": ["fault/gate-3-6"]})
        client.until(lambda: client.asked(REFRESH))
        [uri] = {params["uri"] for params in client.asked(REFRESH)}
        fault_server.wait_held()
        before = client.ask("workspace/textDocumentContent", {"uri": uri})["result"]["text"]
        assert before.startswith("## You\n\nhi\n\n## gate-3-6\n")
        asked = len(client.asked(REFRESH))
        fault_server.release()
        client.answer(run)
        client.until(lambda: len(client.asked(REFRESH)) > asked)
        after = client.ask("workspace/textDocumentContent", {"uri": uri})["result"]["text"]
        assert after.startswith(before)
        assert after.endswith("t0 t1 t2 t3 t4 t5 \n")
        assert not client.notifications("$/progress")


def test_an_editor_that_opens_only_files_is_shown_one_that_is_kept_current(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client(capabilities=SHOWS_FILES) as client:
        run = client.command("antiphon.broadcast", {"prompt": "hi", "models": ["fault/gate-3-6"]})
        fault_server.wait_held()
        [session] = client.run("antiphon.session.list", {})["result"]["sessions"]
        [pane] = session["panes"]
        opened = client.run("antiphon.open", {"uri": pane["uri"]})["result"]
        [asked] = client.asked("window/showDocument")
        assert asked == {"uri": opened["uri"], "takeFocus": False}
        file = Path(url2pathname(urlsplit(opened["uri"]).path))
        assert file.read_text(encoding="utf-8").startswith("## You\n\nhi\n\n## gate-3-6\n")
        fault_server.release()
        client.answer(run)
        whole = client.ask("workspace/textDocumentContent", {"uri": pane["uri"]})["result"]["text"]
        end = time.monotonic() + 10
        while (written := file.read_text(encoding="utf-8")) != whole:
            assert time.monotonic() < end, written
            client.read(0.05)


def test_a_stream_is_not_refreshed_on_top_of_its_appends(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client(capabilities={**PULLS, **SHOWS_PROGRESS}) as client:
        client.run("antiphon.broadcast", {**ASK, "streamToken": "mine"})
        assert progress_tokens(client) == {"mine"}
        assert not client.asked(REFRESH)
        assert not client.asked("window/workDoneProgress/create")


def test_panes_have_an_outline_and_folds_while_and_after_they_stream(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client(capabilities=HIERARCHICAL) as client:
        ask = {"prompt": "Why\nso?", "models": ["demo/coder"], "params": {"tokensPerSecond": 0}}
        [pane] = client.run("antiphon.broadcast", ask)["result"]["panes"]
        document = {"textDocument": {"uri": pane["uri"]}}
        text = client.ask("workspace/textDocumentContent", {"uri": pane["uri"]})["result"]["text"]
        lines = text.split("\n")
        symbols = client.ask("textDocument/documentSymbol", document)["result"]
        assert [symbol["name"] for symbol in symbols] == ["Why so?", "coder"]
        for symbol in symbols:
            assert (
                lines[symbol["range"]["start"]["line"]].startswith("## ")
                or not lines[symbol["range"]["start"]["line"]]
            )
        assert symbols[-1]["range"]["end"]["line"] == len(lines) - 1
        folds = client.ask("textDocument/foldingRange", document)["result"]
        fences = [number for number, line in enumerate(lines) if line.startswith("```")]
        code = [(fold["startLine"], fold["endLine"]) for fold in folds if not fold.get("kind")]
        assert code == list(zip(fences[::2], fences[1::2], strict=True))
        assert len(folds) == 2 + len(code)


def test_a_cancelled_request_still_brings_its_summary(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client() as client:
        ask = {"prompt": "hi", "models": ["fault/stall-mid", "fault/ok"], "streamToken": "s"}
        run = client.command("antiphon.broadcast", ask)
        client.until(lambda: [e["type"] for e in client.events("s")].count("token") == 2)
        client.until(lambda: [e["type"] for e in client.events("s")].count("final") == 1)
        client.notify("$/cancelRequest", {"id": run})
        result = client.answer(run)["result"]
        assert result["status"] == "cancelled"
        assert [each["status"] for each in result["results"]] == ["cancelled", "complete"]


def test_shutdown_refuses_what_follows_and_exit_ends_the_process_with_zero(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client() as client:
        assert client.ask("initialize", {})["error"]["code"] == -32600
        run = client.command("antiphon.broadcast", {"prompt": "x", "models": ["fault/stall-mid"]})
        fault_server.wait_for(len)
        assert client.ask("shutdown")["result"] is None
        results = client.answers[run]["result"]["results"]
        assert [each["status"] for each in results] == ["cancelled"]
        assert client.run("antiphon.health", {})["error"]["code"] == -32600
        client.notify("exit", None)
        client.read_to_end()
        assert_ended(client, installation, 0)


@pytest.mark.parametrize("end", ["exit", "end of stdin"])
def test_leaving_without_shutdown_is_an_error_and_the_answer_is_kept_as_interrupted(
    installation: Installation, fault_server: FaultServer, end: str
) -> None:
    with installation.raw_client() as client:
        ask = {"prompt": "x", "models": ["fault/stall-mid"], "streamToken": "s"}
        client.command("antiphon.broadcast", ask)
        client.until(lambda: any(event["type"] == "token" for event in client.events("s")))
        if end == "exit":
            client.notify("exit", None)
        else:
            client.hang_up()
        client.read_to_end()
        assert_ended(client, installation, 1)
        shown = "".join(e["text"] for e in client.events("s") if e["type"] == "token")
        streaming = "SELECT count(*) FROM messages WHERE status = 'streaming'"
        if installation.transport != "stdio":
            wait_for(lambda: installation.query(streaming) == [(0,)])
    kept = installation.query("SELECT status, content FROM messages WHERE role = 'assistant'")
    assert kept in ([("interrupted", shown)], [("cancelled", shown)])


def test_a_request_before_initialize_is_refused(installation: Installation) -> None:
    with installation.unborn_client() as client:
        assert client.run("antiphon.health", {})["error"]["code"] == -32002
        reply = client.ask("initialize", {"capabilities": {}, "processId": None, "rootUri": None})
        capabilities = reply["result"]["capabilities"]
        assert "antiphon.broadcast" in capabilities["executeCommandProvider"]["commands"]
        assert capabilities["workspace"]["textDocumentContent"] == {"schemes": ["antiphon"]}
