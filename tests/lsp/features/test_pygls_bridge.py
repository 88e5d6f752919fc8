"""pygls behind our own connection: text sync, outlines, and one answer for each request."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from antiphon.lsp.features import pygls_bridge
from antiphon.lsp.features.language_server.params import strict_converter
from antiphon.lsp.rpc.jsonrpc import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    REQUEST_CANCELLED,
)

if TYPE_CHECKING:
    from antiphon.lsp.features.language_server.services import FeatureServices

HIERARCHICAL = {
    "capabilities": {
        "textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}},
        "general": {"positionEncodings": ["utf-8", "utf-16"]},
    }
}
PANE = {"textDocument": {"uri": "antiphon:/pane/a/b/c"}}


def opened(uri: str, text: str) -> dict:
    return {"textDocument": {"uri": uri, "languageId": "x", "version": 1, "text": text}}


def test_pygls_is_not_imported_with_the_connection():
    code = (
        "import sys, antiphon.lsp.rpc.connection, antiphon.lsp.features.pygls_bridge; "
        "print('pygls' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"


def test_clients_that_need_pygls_at_the_same_time_get_it_one_after_the_other():
    """lsprotocol fails if its types are resolved twice at once."""
    making, together, overlaps = threading.Lock(), threading.Barrier(3), []

    def services() -> FeatureServices:
        overlaps.append(not making.acquire(blocking=False))
        strict_converter()  # long enough that others would come here meanwhile
        making.release()
        raise LookupError

    def make() -> None:
        together.wait()
        with suppress(LookupError):
            pygls_bridge._make_host(services, {})

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert overlaps == [False] * 3


async def test_a_pane_document_has_a_symbol_for_each_message(connected, echo):
    async with connected(echo(), HIERARCHICAL) as client:
        symbols = (await client.ask("textDocument/documentSymbol", PANE))["result"]
        assert [symbol["name"] for symbol in symbols] == ["user", "m"]
        assert symbols[1]["range"] == {
            "start": {"line": 3, "character": 0},
            "end": {"line": 9, "character": 5},
        }


async def test_a_client_that_knows_no_nested_symbols_gets_flat_ones(connected, echo):
    async with connected(echo(), {"capabilities": {}}) as client:
        symbols = (await client.ask("textDocument/documentSymbol", PANE))["result"]
        assert symbols[0]["location"]["uri"] == "antiphon:/pane/a/b/c"


async def test_messages_and_code_blocks_fold(connected, echo):
    async with connected(echo(), HIERARCHICAL) as client:
        folds = (await client.ask("textDocument/foldingRange", PANE))["result"]
        lines = [(fold["startLine"], fold["endLine"]) for fold in folds]
        assert lines == [(0, 1), (3, 9), (5, 7)]


async def test_a_document_that_is_not_ours_has_no_outline(connected, echo):
    params = {"textDocument": {"uri": "file:///a"}}
    async with connected(echo(), HIERARCHICAL) as client:
        assert (await client.ask("textDocument/documentSymbol", params))["result"] == []


async def test_the_text_of_an_open_document_follows_its_changes(connected, echo):
    uri = "file:///a%20b.txt"
    async with connected(echo(), HIERARCHICAL) as client:
        client.send(method="textDocument/didOpen", params=opened(uri, "a😀b\nc"))
        change = {
            "range": {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 4}},
            "text": "X",
        }
        document = {"uri": uri, "version": 2}
        params = {"textDocument": document, "contentChanges": [change]}
        client.send(method="textDocument/didChange", params=params)
        assert (await client.ask("test/textOf", {"uri": uri}))["result"] == {"text": "a😀X\nc"}
        client.send(method="textDocument/didClose", params={"textDocument": {"uri": uri}})
        assert (await client.ask("test/textOf", {"uri": uri}))["result"] == {"text": None}


async def test_asking_for_a_text_without_any_sync_loads_nothing(connected, echo, monkeypatch):
    monkeypatch.setattr(pygls_bridge, "_import_host", pytest.fail)
    async with connected(echo(), HIERARCHICAL) as client:
        client.send(method="textDocument/didOpen", params=opened("antiphon:/pane/a/b/c", "x"))
        assert (await client.ask("test/textOf", {"uri": "file:///a"}))["result"] == {"text": None}


async def test_a_full_queue_of_text_sync_loads_pygls(connected, echo, monkeypatch):
    monkeypatch.setattr(pygls_bridge, "MAX_QUEUED", 3)
    async with connected(echo(), HIERARCHICAL) as client:
        for number in range(5):
            params = opened(f"file:///{number}", str(number))
            client.send(method="textDocument/didOpen", params=params)
        uri = {"uri": "file:///4"}
        assert (await client.ask("test/textOf", uri))["result"] == {"text": "4"}


MALFORMED = [
    None,
    [],
    5,
    {},
    {"textDocument": None},
    {"textDocument": {"uri": 5}},
    {"textDocument": []},
    {"textDocument": {"uri": {}}},
    {"class": 1},
]


async def test_a_burst_of_malformed_requests_is_answered_one_for_one(connected, echo):
    methods = [*pygls_bridge.REQUESTS, "textDocument/moniker"]
    async with connected(echo(), HIERARCHICAL) as client:
        count = 0
        for params in MALFORMED * 10:
            for method in methods:
                count += 1
                client.send(id=count, method=method, params=params)
                client.send(method="textDocument/didChange", params=params)
        replies = [await client.receive() for _ in range(count)]
        assert sorted(reply["id"] for reply in replies) == list(range(1, count + 1))
        codes = {reply["error"]["code"] for reply in replies}
        assert codes == {INVALID_PARAMS, METHOD_NOT_FOUND}
        assert len((await client.ask("textDocument/documentSymbol", PANE, "z"))["result"]) == 2


async def test_the_text_of_an_exception_reaches_neither_the_client_nor_the_log(
    connected, echo, caplog
):
    caplog.set_level("DEBUG")
    params = {"textDocument": {"uri": "antiphon:/fail"}}
    async with connected(echo(), HIERARCHICAL) as client:
        client.send(method="textDocument/didOpen", params=opened("file:///a", "sk-planted-text"))
        client.send(method="textDocument/didChange", params=opened("file:///b", "sk-planted-text"))
        reply = await client.ask("textDocument/documentSymbol", params)
        assert reply["error"]["code"] == INTERNAL_ERROR
        assert "sk-planted" not in json.dumps(reply) + caplog.text


async def test_a_cancel_reaches_a_language_request(connected, echo):
    params = {"textDocument": {"uri": "antiphon:/sleep"}}
    async with connected(echo(), HIERARCHICAL) as client:
        client.send(id=5, method="textDocument/documentSymbol", params=params)
        assert (await client.receive())["method"] == "test/started"
        client.send(method="$/cancelRequest", params={"id": 5})
        assert (await client.answer(5))["error"]["code"] == REQUEST_CANCELLED
        client.send(id=5, method="textDocument/documentSymbol", params=params)
        assert (await client.receive())["method"] == "test/started"


async def test_what_a_feature_logs_carries_the_id_of_its_request(connected, echo):
    params = {"textDocument": {"uri": "antiphon:/context"}}
    async with connected(echo(), HIERARCHICAL) as client:
        for request_id in (5, "six"):
            found = await client.ask("textDocument/documentSymbol", params, request_id)
            assert json.loads(found["result"][0]["name"]) == {"request": str(request_id)}


async def test_a_capability_that_pygls_does_not_know_leaves_the_others(connected, echo):
    declared = {**HIERARCHICAL["capabilities"]["textDocument"], "hover": {"contentFormat": [7]}}
    capabilities = {"textDocument": declared, "workspace": 5, "window": {"showMessage": 5}}
    async with connected(echo(), {"capabilities": capabilities}) as client:
        symbols = (await client.ask("textDocument/documentSymbol", PANE))["result"]
        assert [symbol["name"] for symbol in symbols] == ["user", "m"]


async def test_an_initialize_that_pygls_does_not_understand_takes_nothing_away(connected, echo):
    params = {"processId": None, "capabilities": {"textDocument": 5, "general": 7}}
    async with connected(echo(), params) as client:
        assert len((await client.ask("textDocument/documentSymbol", PANE))["result"]) == 2


async def test_without_pygls_requests_are_still_answered(connected, echo, monkeypatch):
    def missing() -> None:
        raise ModuleNotFoundError(name="pygls")

    monkeypatch.setattr(pygls_bridge, "_import_host", missing)
    async with connected(echo(), HIERARCHICAL) as client:
        for number in range(2):
            reply = await client.ask("textDocument/documentSymbol", PANE, number)
            assert reply["error"]["code"] == INTERNAL_ERROR
        assert (await client.ask("test/echo", 1, "after"))["result"] == 1
