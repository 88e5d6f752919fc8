"""The static reply to `initialize` is the one that pygls would have given."""

from __future__ import annotations

from types import SimpleNamespace

from antiphon.lsp.capabilities import ADDITIONS, CAPABILITIES, initialize_result
from antiphon.lsp.features.language_server.warm_up import PARAMS
from antiphon.lsp.features.pygls_bridge import NOTIFICATIONS, REQUESTS
from antiphon.lsp.features.pygls_host import PyglsHost
from antiphon.lsp.features.pygls_server import create_server

CLIENT = {
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
    "textDocument": {"synchronization": {"willSave": True, "didSave": True}},
    "workspace": {"textDocumentContent": {}, "workspaceFolders": True},
}


SERVICES = SimpleNamespace(folders=SimpleNamespace(uris=[]))


def test_the_capabilities_are_those_of_pygls_with_the_stated_additions():
    host = PyglsHost(SERVICES, {"processId": None, "rootUri": None, "capabilities": CLIENT})
    expected = host.capabilities()
    expected["textDocumentSync"].pop("willSave")  # false, which absent means as well
    for key, value in ADDITIONS.items():
        merges = isinstance(value, dict)
        expected[key] = {**expected.get(key, {}), **value} if merges else value
    assert expected == CAPABILITIES


def test_only_what_the_connection_answers_itself_is_added():
    assert set(ADDITIONS) == {"executeCommandProvider", "workspace", "experimental"}


def test_every_registered_feature_is_routed_to_pygls_and_nothing_else():
    features = create_server(SERVICES).protocol.fm.features
    assert set(REQUESTS) == {name for name in features if name not in NOTIFICATIONS}


def test_one_of_each_message_is_met_before_the_first_real_one():
    assert set(PARAMS) == {*REQUESTS, *NOTIFICATIONS}


def test_the_reply_names_the_server():
    assert initialize_result("1.2")["serverInfo"] == {"name": "antiphon", "version": "1.2"}
