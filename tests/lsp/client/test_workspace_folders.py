"""The folders that are open now, by whichever of LSP's three ways the client names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from antiphon.lsp.client.workspace_folders import WorkspaceFolders
from antiphon.lsp.rpc.router import Dispatcher

CHANGED = "workspace/didChangeWorkspaceFolders"
A, B = {"uri": "file:///a", "name": "a"}, {"uri": "file:///b%20b", "name": "b"}


@pytest.mark.parametrize(
    ("params", "roots"),
    [
        ({}, []),
        ({"workspaceFolders": [A, B]}, ["/a", "/b b"]),
        ({"workspaceFolders": [A], "rootUri": "file:///r", "rootPath": "/p"}, ["/a"]),
        ({"workspaceFolders": None, "rootUri": "file:///r", "rootPath": "/p"}, ["/r"]),
        ({"workspaceFolders": [], "rootUri": None, "rootPath": "/p"}, ["/p"]),
        ({"rootUri": None, "rootPath": None}, []),
        ({"rootPath": ""}, []),
        ({"workspaceFolders": [{"uri": "vscode-remote://host/a"}]}, []),
        ({"workspaceFolders": [{"uri": "file://[broken"}, {"uri": 5}, None, 7, A]}, ["/a"]),
        ({"workspaceFolders": "file:///a", "rootUri": 3, "rootPath": []}, []),
        ({"rootUri": "file:"}, []),
    ],
    ids=str,
)
def test_the_folders_are_those_that_the_client_names(params, roots):
    assert WorkspaceFolders(params).roots == [Path(root) for root in roots]


async def change(folders: WorkspaceFolders, params) -> list:
    """Sends a change through a dispatcher that somebody listens to already; what they heard."""
    heard: list = []
    dispatcher = Dispatcher()

    async def other(params) -> None:
        heard.append(params)

    dispatcher.notification(CHANGED, other)
    folders.register(dispatcher)
    listener = dispatcher.listener(CHANGED)
    assert listener is not None
    await listener(params)
    return heard


async def test_a_folder_that_is_opened_later_counts_and_one_that_is_closed_no_longer():
    folders = WorkspaceFolders({"workspaceFolders": [A]})
    event = {"event": {"added": [B], "removed": [A]}}
    assert await change(folders, event) == [event]
    assert folders.roots == [Path("/b b")]


@pytest.mark.parametrize(
    "params", [None, [], {}, {"event": None}, {"event": {"added": 5, "removed": [None]}}], ids=str
)
async def test_a_change_that_makes_no_sense_changes_nothing(params):
    folders = WorkspaceFolders({"workspaceFolders": [A]})
    assert await change(folders, params) == [params]
    assert folders.roots == [Path("/a")]


async def test_closing_the_only_folder_closes_what_the_root_named_too():
    folders = WorkspaceFolders({"rootUri": "file:///a"})
    await change(folders, {"event": {"added": [], "removed": [A]}})
    assert folders.roots == []
