"""pygls is loaded before it is needed, for a client that will need it and for no other."""

from __future__ import annotations

from types import SimpleNamespace

import anyio
import pytest

from antiphon.lsp.features.pygls_bridge import LanguageHost
from antiphon.lsp.rpc.router import Dispatcher

OPENED = {"uri": "file:///a", "languageId": "x", "version": 1, "text": "x"}
PANE = {**OPENED, "uri": "antiphon:/pane/a/b/c"}


def declares(**features):
    return {"capabilities": {"textDocument": features}}


@pytest.mark.parametrize(
    ("initialize", "opened", "is_loaded"),
    [
        (declares(hover={}), [], True),
        (declares(codeAction={"dynamicRegistration": True}), [], True),
        ({}, [OPENED], True),
        (declares(synchronization={}, hover=None), [PANE], False),
        ({"capabilities": 5}, [], False),
        ({}, [], False),
    ],
    ids=str,
)
async def test_only_a_client_that_declares_a_feature_or_opens_a_document_loads_pygls_early(
    monkeypatch, initialize, opened, is_loaded
):
    loads = []

    async def load(_host, params) -> None:
        loads.append(params)

    monkeypatch.setattr(LanguageHost, "_load", load)
    dispatcher = Dispatcher()
    host = LanguageHost(SimpleNamespace, SimpleNamespace())
    host.register(dispatcher)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(host.run, initialize)
        for document in opened:
            await dispatcher.listener("textDocument/didOpen")({"textDocument": document})
        await anyio.wait_all_tasks_blocked()
        assert loads == []
        host.load_early()
        await anyio.wait_all_tasks_blocked()
        assert loads == ([initialize] if is_loaded else [])
        tasks.cancel_scope.cancel()
