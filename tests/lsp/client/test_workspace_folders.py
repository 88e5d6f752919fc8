"""The folders of `initialize`, by whichever of LSP's three ways the client names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from antiphon.lsp.client.workspace_folders import WorkspaceFolders

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


@pytest.mark.parametrize(
    ("antiphon", "trusted"),
    [({"trusted": False}, False), ({"trusted": True}, True), ({}, True), (None, True), (7, True)],
)
def test_folders_are_trusted_unless_the_client_says_otherwise(antiphon, trusted):
    params = {"capabilities": {"experimental": {"antiphon": antiphon}}}
    assert WorkspaceFolders(params).trusted is trusted
    assert WorkspaceFolders({"capabilities": None}).trusted


def test_the_folders_that_replace_them_keep_their_uris_and_lose_those_of_other_machines():
    folders = WorkspaceFolders({"workspaceFolders": [A]})
    folders.replace(["file:///b%20b", "vscode-remote://host/c"])
    assert folders.roots == [Path("/b b")]
    assert folders.uris == ["file:///b%20b", "vscode-remote://host/c"]
