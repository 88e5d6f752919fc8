"""A cassette is read and written in its own folder, whatever links somebody put there."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports.cassettes import Recording
from antiphon.model.failure import AntiphonError
from antiphon.providers.cassettes.folder import CassetteFolder, RecordedProvider

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("providers.json", "k.1.cassette")
HEAD = b'{"version": 1, "status": 200, "headers": {}, "broken": false}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path.resolve() / "tape"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    path = tmp_path.resolve() / "elsewhere"
    path.mkdir()
    return path


def cassette(folder: Path, *, is_replay: bool = False) -> CassetteFolder:
    return CassetteFolder(
        folder,
        is_replay=is_replay,
        clean=lambda text: text,
        describe=lambda _: RecordedProvider("demo", None),
    )


async def record(tape: CassetteFolder) -> None:
    tape.keep("k", Recording(200, b"answer", {}))
    await tape.flush({"demo"})


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("exists", [True, False])
async def test_no_link_is_written_through(
    folder: Path, elsewhere: Path, name: str, *, exists: bool
):
    folder.mkdir()
    (folder / name).symlink_to(elsewhere / "target")
    if exists:
        (elsewhere / "target").write_text("{}")
    with pytest.raises(AntiphonError, match=f"{name} is a link") as refused:
        await record(cassette(folder))
    assert refused.value.failure.kind == "storage"
    assert [each.read_text() for each in elsewhere.iterdir()] == ["{}"] * exists


async def test_a_folder_that_became_a_link_is_not_written_to(folder: Path, elsewhere: Path):
    tape = cassette(folder)
    folder.symlink_to(elsewhere / "made")
    with pytest.raises(AntiphonError, match="tape is a link"):
        await record(tape)
    assert list(elsewhere.iterdir()) == []


async def test_no_link_is_read(folder: Path, elsewhere: Path):
    folder.mkdir()
    (elsewhere / FILES[0]).write_text("{}")
    (elsewhere / FILES[1]).write_bytes(HEAD + b"secret")
    for name in FILES:
        (folder / name).symlink_to(elsewhere / name)
    tape = cassette(folder, is_replay=True)
    assert await tape.take("k") is None
    with pytest.raises(AntiphonError, match="is not a cassette"):
        tape.load_providers()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
@pytest.mark.timeout(20)
async def test_a_pipe_without_a_writer_is_not_waited_for(folder: Path):
    folder.mkdir()
    for name in FILES:
        os.mkfifo(folder / name)
    tape = cassette(folder, is_replay=True)
    assert await tape.take("k") is None
    with pytest.raises(AntiphonError, match="is not a cassette"):
        tape.load_providers()
