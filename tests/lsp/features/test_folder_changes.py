"""Changes of workspace folders reach the readers of context in order, through pygls."""

from __future__ import annotations

import pytest

from antiphon.lsp.client.workspace_folders import WorkspaceFolders
from antiphon.lsp.features import pygls_bridge

CHANGED = "workspace/didChangeWorkspaceFolders"


def folder(name: str) -> dict:
    return {"uri": f"file:///{name}", "name": name}


async def change(client, *, added=(), removed=()) -> list[str]:
    """Sends a change of folders; the folders that may be read right after it."""
    event = {"added": [folder(name) for name in added], "removed": [folder(n) for n in removed]}
    client.send(method=CHANGED, params={"event": event})
    return (await client.ask("test/roots"))["result"]


@pytest.mark.parametrize("params", [{"workspaceFolders": [folder("a")]}, {"rootUri": "file:///a"}])
async def test_changes_of_folders_count_at_once_and_in_order(connected, echo, params):
    async with connected(echo(folders=WorkspaceFolders(params)), params) as client:
        assert (await client.ask("test/roots"))["result"] == ["/a"]
        for _ in range(2):  # before pygls is loaded, and with it
            assert await change(client, added="b") == ["/a", "/b"]
            assert await change(client, removed="ab") == []
            assert await change(client, added="a") == ["/a"]


async def test_a_folder_that_is_renamed_in_one_event_stays_open(connected, echo):
    params = {"workspaceFolders": [folder("a")]}
    async with connected(echo(folders=WorkspaceFolders(params)), params) as client:
        assert await change(client, added="a", removed="a") == ["/a"]


@pytest.mark.parametrize(
    "params", [None, [], {}, {"event": None}, {"event": {"added": 5, "removed": [None]}}], ids=str
)
async def test_a_change_of_folders_that_makes_no_sense_changes_nothing(connected, echo, params):
    said = {"workspaceFolders": [folder("a")]}
    async with connected(echo(folders=WorkspaceFolders(said)), said) as client:
        client.send(method=CHANGED, params=params)
        assert (await client.ask("test/roots"))["result"] == ["/a"]


async def test_folders_that_never_change_need_no_pygls(connected, echo, monkeypatch):
    monkeypatch.setattr(pygls_bridge, "_import_host", pytest.fail)
    params = {"workspaceFolders": [folder("a")]}
    async with connected(echo(folders=WorkspaceFolders(params)), params) as client:
        assert (await client.ask("test/roots"))["result"] == ["/a"]
