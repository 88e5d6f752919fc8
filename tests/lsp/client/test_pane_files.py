"""Panes as real files, over a real engine and a real history."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import anyio
import pytest

from antiphon.lsp.client.pane_files import PaneFiles
from antiphon.lsp.rpc.jsonrpc import ResponseError
from antiphon.model.commands.documents import OpenParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from antiphon.model.values.uri import pane_uri
from support.engine.harness import EngineHarness, FakeCaller, answered, open_harness


class Editor:
    """A connection's client: what it can do, and what it was asked to show."""

    def __init__(self, *, shows: bool = True, refuses: bool = False) -> None:
        self.shows = shows
        self.refuses = refuses
        self.asked: list[dict[str, Any]] = []

    def client_capability(self, *path: str) -> Any:
        return self.shows if path == ("window", "showDocument", "support") else None

    async def request(self, method: str, params: Any) -> Any:
        await asyncio.sleep(0)
        self.asked.append({"method": method, **params})
        if self.refuses:
            raise ResponseError(-32603, "no")
        return {"success": True}


@pytest.fixture
async def harness(tmp_path: Path):
    harness = await open_harness(tmp_path / "history.db")
    yield harness
    await harness.history.aclose()


def files_for(harness: EngineHarness, editor: Any, folder: Path) -> PaneFiles:
    return PaneFiles(editor, harness.history, harness.shown, harness.runs, lambda: folder)


def path_of(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


async def test_a_pane_is_written_for_its_owner_alone_and_shown_without_focus(harness, tmp_path):
    pane = (await answered(harness, FakeCaller(), "Yes.")).panes[0]
    editor = Editor()
    result = await files_for(harness, editor, tmp_path / "panes").open(OpenParams(uri=pane.uri))
    path = path_of(result.uri)
    assert path.read_text() == await harness.documents.text(pane.uri)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert result.shown
    asked = {"method": "window/showDocument", "uri": result.uri, "takeFocus": False}
    assert editor.asked == [asked]


@pytest.mark.parametrize("editor", [Editor(shows=False), Editor(refuses=True)])
async def test_an_editor_that_shows_nothing_still_gets_the_file(harness, tmp_path, editor):
    pane = (await answered(harness, FakeCaller(), "Yes.")).panes[0]
    result = await files_for(harness, editor, tmp_path / "panes").open(OpenParams(uri=pane.uri))
    assert not result.shown
    assert path_of(result.uri).exists()


async def test_the_file_of_a_running_pane_is_kept_current_to_its_end(harness, tmp_path):
    caller = FakeCaller()
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    stream.text("first")
    await harness.settled()
    uri = caller.sink.events[0].pane.uri
    files = files_for(harness, Editor(), tmp_path / "panes")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(files.keep_current)
        path = path_of((await files.open(OpenParams(uri=uri))).uri)
        assert path.read_text().endswith("first")
        stream.text(" and last")
        stream.finish()
        await task
        async with asyncio.timeout(10):
            while path.read_text() != await harness.documents.text(uri):
                await asyncio.sleep(0.01)
        tasks.cancel_scope.cancel()
    assert path.read_text().endswith("first and last\n")
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("file:///etc/passwd", "invalid_params"),
        (pane_uri(new_id(), new_id(), "x"), "not_found"),
    ],
    ids=["a file", "a pane that is not there"],
)
async def test_what_is_no_pane_is_refused_and_nothing_is_written(harness, tmp_path, uri, kind):
    with pytest.raises(AntiphonError) as refused:
        await files_for(harness, Editor(), tmp_path / "panes").open(OpenParams(uri=uri))
    assert refused.value.failure.kind == kind
    assert not (tmp_path / "panes").exists()


async def test_a_folder_that_cannot_be_written_is_named(harness, tmp_path):
    pane = (await answered(harness, FakeCaller(), "Yes.")).panes[0]
    (tmp_path / "panes").write_text("a file")
    with pytest.raises(AntiphonError) as refused:
        await files_for(harness, Editor(), tmp_path / "panes").open(OpenParams(uri=pane.uri))
    assert refused.value.failure.kind == "storage"
