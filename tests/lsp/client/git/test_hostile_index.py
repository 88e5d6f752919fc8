"""No path of an index that was made by hand leads a diff out of the open folder."""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

import pytest

from antiphon.lsp.client.git.diff import read_diff
from antiphon.lsp.client.git.index import is_plain
from antiphon.model.failure import AntiphonError
from antiphon.model.values.uri import GIT_DIFF, GIT_STAGED
from support.lsp.git_folder import GitFolder

if TYPE_CHECKING:
    from pathlib import Path

FILE = 0o100644
SUBMODULE = 0o160000


@pytest.fixture
def mine(tmp_path: Path) -> GitFolder:
    """The folder that is open, next to a file and a repository of the user."""
    (tmp_path / "secret.txt").write_text("PRIVATE\n")
    return GitFolder(tmp_path / "opened", **{"sub/x.txt": "sub\n"})


@pytest.fixture
def private(tmp_path: Path) -> GitFolder:
    return GitFolder(tmp_path / "private", **{"secret.txt": "PRIVATE\n"})


def write_index(mine: GitFolder, *entries: tuple[int, int, str]) -> None:
    """Writes an index by hand: the mode, the stage and the path of each entry, in this order."""
    blob = bytes.fromhex(mine.git("rev-parse", "HEAD:a.txt").strip())
    data = b"DIRC" + struct.pack(">II", 2, len(entries))
    for mode, stage, name in entries:
        path = name.encode()
        flags = stage << 12 | min(len(path), 0xFFF)
        entry = struct.pack(">10I", *([0] * 6), mode, 0, 0, 0) + blob
        entry += struct.pack(">H", flags) + path
        data += entry + b"\0" * (8 - len(entry) % 8)
    (mine.path / ".git/index").write_bytes(data + hashlib.sha1(data).digest())


async def refused(folder: Path, message: str) -> None:
    for uri in (GIT_DIFF, GIT_STAGED):
        with pytest.raises(AntiphonError) as caught:
            await read_diff(uri, [folder], max_bytes=1 << 20)
        assert message in caught.value.failure.message
        assert caught.value.failure.hint


@pytest.mark.parametrize(
    "name", ["../secret.txt", "sub/../../secret.txt", "{parent}/secret.txt", ".GIT/config"]
)
@pytest.mark.parametrize("stage", [0, 2])
async def test_a_path_that_leads_out_of_the_folder_is_refused(
    stage: int, name: str, mine: GitFolder
):
    name = name.format(parent=mine.path.parent)
    write_index(mine, (FILE, stage, name))
    await refused(mine.path, f"has a path that can lead out of it: {name!r}")


async def test_a_path_out_of_an_inner_folder_is_refused_in_any_order_of_the_index(mine: GitFolder):
    out = "sub/../../secret.txt"
    write_index(mine, (FILE, 0, "sub/x.txt"), (FILE, 0, "zzz"), (FILE, 0, "aaa"), (FILE, 0, out))
    await refused(mine.path / "sub", f"has a path that can lead out of it: {out!r}")


async def test_a_file_with_a_conflict_is_not_read_through_a_link_of_a_folder(mine: GitFolder):
    (mine.path / "link").symlink_to(mine.path.parent)
    write_index(mine, (FILE, 2, "link/secret.txt"), (FILE, 3, "link/secret.txt"))
    assert "PRIVATE" in mine.git("diff")
    await refused(mine.path, "has a path that can lead out of it: 'link/secret.txt'")


async def test_a_path_that_is_too_long_to_be_checked_from_the_root_is_refused(mine: GitFolder):
    name = "/".join(["x" * 200] * 20)
    write_index(mine, (FILE, 0, name + "/y" * 30))
    await refused(mine.path, "has a path that can lead out of it: 'xxx")


async def test_a_file_without_a_conflict_is_not_read_through_a_link_of_a_folder(mine: GitFolder):
    (mine.path / "link").symlink_to(mine.path.parent)
    write_index(mine, (FILE, 0, "link/secret.txt"))
    diff = await read_diff(GIT_DIFF, [mine.path], max_bytes=1 << 20)
    assert "deleted file" in diff
    assert "PRIVATE" not in diff


@pytest.mark.parametrize("mode", [FILE, SUBMODULE])
async def test_a_submodule_does_not_show_the_commit_of_another_repository(
    mode: int, mine: GitFolder, private: GitFolder
):
    (mine.path / "mod").mkdir()
    (mine.path / "mod/.git").write_text(f"gitdir: {private.path}/.git\n")
    write_index(mine, (mode, 0, "mod"))
    assert private.git("rev-parse", "HEAD").strip() in mine.git("diff", "--submodule=short")
    await refused(mine.path, f"The .git of {mine.path / 'mod'} leads to a repository that does not")


async def test_a_submodule_that_moved_on_is_shown_with_its_commits(
    mine: GitFolder, private: GitFolder
):
    local = ("-c", "protocol.file.allow=always")
    mine.git(*local, "submodule", "--quiet", "add", str(private.path), "mod")
    mine.commit()
    before = private.git("rev-parse", "HEAD").strip()
    private.write(**{"a.txt": "two\n"})
    private.commit()
    mine.git(*local, "submodule", "--quiet", "update", "--remote")
    after = private.git("rev-parse", "HEAD").strip()
    diff = await read_diff(GIT_DIFF, [mine.path], max_bytes=1 << 20)
    assert f"-Subproject commit {before}\n+Subproject commit {after}\n" in diff


@pytest.mark.parametrize(
    "path", ["a", "a/...", "a/.gitignore", "C:x", "a\\..\\b", "git~1", "a b/c"]
)
def test_names_that_only_windows_understands_in_another_way_are_names_elsewhere(path: str):
    assert is_plain(path, on_windows=False)


@pytest.mark.parametrize(
    "path", ["C:x", "C:/x", "..\\x", "a/.. /x", "a/.../x", ".git./x", ".Git /x", "GIT~1/x", "x::$I"]
)
def test_names_that_windows_understands_as_a_way_out_are_refused_there(path: str):
    assert not is_plain(path, on_windows=True)


@pytest.mark.parametrize("path", ["/x", "..", "a/..", "a//b", "./a", "a/", ".gIt", "a/.git/x", ""])
@pytest.mark.parametrize("on_windows", [False, True])
def test_paths_that_git_never_writes_are_refused(path: str, on_windows: bool):
    assert not is_plain(path, on_windows=on_windows)
