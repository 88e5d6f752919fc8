"""The static reply to `initialize` is the one that pygls would have given."""

from __future__ import annotations

from antiphon.lsp.capabilities import ADDITIONS, CAPABILITIES, initialize_result
from antiphon.lsp.features.pygls_server import PyglsHost

CLIENT = {
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
    "textDocument": {"synchronization": {"willSave": True, "didSave": True}},
    "workspace": {"textDocumentContent": {}, "workspaceFolders": True},
}


async def outline(_uri):
    return []


async def test_the_capabilities_are_those_of_pygls_with_the_stated_additions():
    host = PyglsHost(outline, {"processId": None, "rootUri": None, "capabilities": CLIENT})
    expected = host.capabilities()
    expected["textDocumentSync"].pop("willSave")  # false, which absent means as well
    for key, value in ADDITIONS.items():
        merges = isinstance(value, dict)
        expected[key] = {**expected.get(key, {}), **value} if merges else value
    assert expected == CAPABILITIES


def test_the_reply_names_the_server():
    assert initialize_result("1.2")["serverInfo"] == {"name": "antiphon", "version": "1.2"}
