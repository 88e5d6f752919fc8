"""Pipelines of a folder are read and written below the open folders, whatever it holds."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from antiphon.lsp.client.pipeline_files import WorkspacePipelines
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from pathlib import Path


class Machine:
    """An open folder, and one elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.workspace, self.elsewhere = folder / "workspace", folder / "elsewhere"
        self.workspace.mkdir()
        self.elsewhere.mkdir()
        self.pipelines = self.workspace / ".antiphon" / "pipelines"
        self.files = WorkspacePipelines(lambda: [self.workspace], self._settled, self._no_buffer)

    async def _settled(self) -> None:
        pass

    async def _no_buffer(self, _: str) -> str | None:
        return None

    def path(self, name: str) -> Path:
        self.pipelines.mkdir(parents=True, exist_ok=True)
        return self.pipelines / f"{name}.antiphon.yaml"

    async def refused(self, uri: str | None = None) -> str:
        with pytest.raises(AntiphonError) as refused:
            await self.files.write("text", uri=uri, name="review")
        return refused.value.failure.kind

    def outside(self) -> list[str]:
        return [each.name for each in self.elsewhere.iterdir()]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


async def test_a_new_file_makes_its_folder_and_takes_no_name_that_exists(machine: Machine):
    written = [await machine.files.write(text, name="My review") for text in ("a", "b")]
    paths = [machine.path("my-review"), machine.path("my-review-2")]
    assert written == [path.as_uri() for path in paths]
    assert [path.read_text() for path in paths] == ["a", "b"]
    assert [each.text for each in await machine.files.list()] == ["b", "a"]


async def test_a_written_file_keeps_its_mode_and_leaves_nothing_beside_it(machine: Machine):
    path = machine.path("ours")
    path.write_text("old")
    path.chmod(0o640)
    await machine.files.write("new", uri=path.as_uri())
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)
    assert list(machine.pipelines.iterdir()) == [path]


async def test_no_link_is_written_through(machine: Machine):
    inside, dangling = machine.path("inside"), machine.path("dangling")
    inside.symlink_to(machine.path("target"))
    machine.path("target").write_text("old")
    dangling.symlink_to(machine.elsewhere / "new.antiphon.yaml")
    assert await machine.refused(inside.as_uri()) == "permission"
    assert await machine.refused(dangling.as_uri()) == "permission"
    assert machine.path("target").read_text() == "old"
    assert machine.outside() == []


async def test_a_new_file_does_not_take_the_name_of_a_dangling_link(machine: Machine):
    machine.path("review").symlink_to(machine.elsewhere / "new.antiphon.yaml")
    uri = await machine.files.write("text", name="review")
    assert uri == machine.path("review-2").as_uri()
    assert machine.outside() == []


@pytest.mark.parametrize("folder", [".", "missing"])
async def test_no_folder_is_made_where_a_link_points(machine: Machine, folder: str):
    (machine.workspace / ".antiphon").symlink_to(machine.elsewhere / folder)
    assert await machine.refused() == "permission"
    assert machine.outside() == []


async def test_no_folder_is_made_above_the_open_one(machine: Machine):
    path = f"{machine.workspace}/new/../../elsewhere/made/x.antiphon.yaml"
    assert await machine.refused(f"file://{path}") == "permission"
    assert machine.outside() == []
    assert not (machine.workspace / "new").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
@pytest.mark.timeout(20)
async def test_a_pipe_without_a_writer_is_not_waited_for(machine: Machine):
    path = machine.path("pipe")
    os.mkfifo(path)
    assert await machine.files.list() == []
    with pytest.raises(AntiphonError, match="is not a file"):
        await machine.files.read(path.as_uri())


async def test_a_list_reads_so_many_bytes_and_no_more(machine: Machine):
    for number in range(18):
        machine.path(f"large-{number:02}").write_bytes(b"x" * 1_000_000)
    machine.path("tiny").write_bytes(b"x")
    machine.path("too-large").write_bytes(b"x" * 1_100_000)
    found = [each.stem for each in await machine.files.list()]
    assert found == [*(f"large-{number:02}" for number in range(16)), "tiny"]
