"""`git:diff` and `git:staged` are what git prints for the open folders, or a sentence why not."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import anyio
import pytest

from antiphon.lsp.client.git.diff import read_diff
from antiphon.model.failure import AntiphonError, Failure
from antiphon.model.values.uri import GIT_DIFF, GIT_STAGED
from support.lsp.git_folder import GitFolder

if TYPE_CHECKING:
    from pathlib import Path

PLENTY = 1 << 20


@pytest.fixture
def folder(tmp_path: Path) -> GitFolder:
    return GitFolder(tmp_path / "work space", **{"b/c.txt": "two\n"})


async def read(*roots: Path, uri: str = GIT_DIFF, max_bytes: int = PLENTY, **more) -> str:
    return await read_diff(uri, roots, max_bytes=max_bytes, **more)


async def refused(*roots: Path, **more) -> Failure:
    with pytest.raises(AntiphonError) as caught:
        await read(*roots, **more)
    assert caught.value.failure.kind == "invalid_params"
    assert caught.value.failure.hint
    return caught.value.failure


async def test_the_diff_is_what_git_prints(folder: GitFolder):
    folder.write(**{"a.txt": "eins\n", "b/c.txt": "two\nzwei\n", "new.txt": "not known to git\n"})
    assert await read(folder.path) == folder.git("diff")
    folder.git("add", "a.txt")
    assert await read(folder.path) == folder.git("diff")
    staged = await read(folder.path, uri=GIT_STAGED)
    assert staged == folder.git("diff", "--staged")
    assert "+eins" in staged
    assert "zwei" not in staged


@pytest.mark.parametrize(
    ("setting", "value"),
    [("core.autocrlf", "true"), ("diff.noprefix", "true"), ("diff.context", "1")],
)
async def test_settings_that_only_change_what_is_printed_count(setting, value, folder: GitFolder):
    folder.write(**{"b/c.txt": "1\n2\n3\ntwo\n"})
    folder.commit()
    folder.git("config", setting, value)
    folder.write(**{"a.txt": "one\r\nmore\r\n", "b/c.txt": "1\n2\n3\nzwei\n"})
    assert await read(folder.path) == folder.git("diff")


async def test_a_folder_inside_a_repository_sends_nothing_from_outside(folder: GitFolder):
    folder.write(**{"a.txt": "private\n", "b/c.txt": "zwei\n"})
    diff = await read(folder.path / "b")
    assert diff == folder.git("diff", "--", "b")
    assert "private" not in diff


async def test_several_folders_are_one_diff_each_file_once(folder: GitFolder, tmp_path: Path):
    other = GitFolder(tmp_path / "other")
    plain = tmp_path / "plain"
    plain.mkdir()
    folder.write(**{"b/c.txt": "zwei\n"})
    other.write(**{"a.txt": "drei\n"})
    diff = await read(folder.path, plain, folder.path / "b", other.path)
    assert diff == f"# work space\n{folder.git('diff')}# other\n{other.git('diff')}"


async def test_before_the_first_commit_everything_staged_is_new(tmp_path: Path):
    folder = GitFolder(tmp_path / "fresh")
    folder.git("update-ref", "-d", "HEAD")
    diff = await read(folder.path, uri=GIT_STAGED)
    assert diff == folder.git("diff", "--staged")
    assert "+one" in diff


async def test_repositories_with_other_hashes_worktrees_and_conflicts_are_read(tmp_path: Path):
    modern = GitFolder(tmp_path / "modern", "--object-format=sha256")
    modern.write(**{"a.txt": "eins\n"})
    assert await read(modern.path) == modern.git("diff")

    main = GitFolder(tmp_path / "main")
    main.git("worktree", "add", "--quiet", "-b", "side", "../side")
    side = tmp_path / "side"
    (side / "a.txt").write_text("side\n")
    assert await read(side) == main.git("-C", "../side", "diff")

    main.git("-C", "../side", "commit", "--quiet", "--all", "--message", "side")
    main.write(**{"a.txt": "main\n"})
    main.commit()
    main.git("merge", "side", check=False)
    assert await read(main.path) == main.git("diff")
    assert "<<<<<<<" in await read(main.path)


async def test_indexes_that_are_split_or_sparse_are_read(folder: GitFolder):
    folder.write(**{"a.txt": "eins\n"})
    folder.git("update-index", "--split-index")
    assert await read(folder.path) == folder.git("diff")
    folder.git("update-index", "--no-split-index")
    folder.git("sparse-checkout", "init", "--cone", "--sparse-index")
    assert not (folder.path / "b").exists()
    assert await read(folder.path) == folder.git("diff")


async def test_a_binary_file_is_named_and_not_printed(folder: GitFolder):
    folder.write(**{"a.txt": b"\0\1\2" * 100})
    assert "Binary files a/a.txt and b/a.txt differ" in await read(folder.path)


async def test_a_file_that_is_not_utf8_does_not_keep_the_others_away(folder: GitFolder):
    folder.write(**{"a.txt": "Größe\n".encode("latin-1"), "b/c.txt": "zwei\n"})
    diff = await read(folder.path)
    assert "+Gr\ufffd\ufffde" in diff
    assert "+zwei" in diff


async def test_no_changes_are_an_error_that_names_the_other_diff(folder: GitFolder):
    assert "git:staged" in (await refused(folder.path)).hint
    nothing = await refused(folder.path, uri=GIT_STAGED)
    assert (nothing.message, "git:diff" in nothing.hint) == ("No changes are staged.", True)


async def test_a_folder_without_a_repository_and_no_folder_at_all(tmp_path: Path):
    assert "is not in a git repository" in (await refused(tmp_path)).message
    assert "No folder is open" in (await refused()).message


async def test_a_diff_that_is_too_long_is_refused_before_all_of_it_is_read(folder: GitFolder):
    folder.write(**{"a.txt": "x" * 300_000})
    failure = await refused(folder.path, max_bytes=100_000)
    assert "more than 100,000 bytes" in failure.message
    assert "limits.maxContextBytes" in failure.hint


async def test_a_machine_without_git_is_told_what_to_install(folder: GitFolder, tmp_path: Path):
    for path in ("", str(tmp_path / "nowhere")):
        failure = await refused(folder.path, environ={"PATH": path})
        assert failure.message == "The program git was not found."


async def test_a_broken_repository_is_not_searched_for_further_up(folder: GitFolder):
    (folder.path / "b" / ".git").mkdir()
    folder.write(**{"a.txt": "private\n"})
    assert "git cannot read" in (await refused(folder.path / "b")).message


@pytest.mark.parametrize("gitdir", [b"\xff/.git\n", b"nul\0byte/.git\n"])
async def test_a_worktree_whose_way_back_is_no_path_cannot_be_read(
    gitdir: bytes, folder: GitFolder, tmp_path: Path
):
    folder.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    (folder.path / ".git/worktrees/tree/gitdir").write_bytes(gitdir)
    message = (await refused(tmp_path / "tree")).message
    assert (
        message == f"git cannot read {tmp_path / 'tree'}: a file of the repository names no path."
    )


async def test_a_git_that_prints_too_few_names_cannot_read_the_repository(
    folder: GitFolder, tmp_path: Path
):
    program = tmp_path / "few/git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho sha1\n")
    program.chmod(0o755)
    message = (await refused(folder.path, environ={"PATH": str(program.parent)})).message
    assert message.startswith(f"git cannot read {folder.path}: ")


async def test_variables_of_another_repository_are_not_followed(folder: GitFolder, tmp_path: Path):
    other = GitFolder(tmp_path / "other")
    folder.write(**{"a.txt": "eins\n"})
    environ = {
        "PATH": os.environ["PATH"],
        "GIT_DIR": str(other.path / ".git"),
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_INDEX_FILE": str(other.path / ".git/index"),
    }
    assert await read(folder.path, environ=environ) == folder.git("diff")


async def test_the_index_is_not_written(folder: GitFolder):
    index = folder.path / ".git/index"
    os.utime(folder.path / "b/c.txt", (1, 1))  # git would refresh what it knows of this file
    folder.write(**{"a.txt": "eins\n"})
    before = index.read_bytes()
    await read(folder.path)
    assert index.read_bytes() == before


@pytest.fixture
def slow_git(tmp_path: Path) -> dict[str, str]:
    """A git that writes down its process and never ends."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho $$ > '{tmp_path}/pid'\nexec sleep 600\n")
    program.chmod(0o755)
    return {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}


async def test_a_git_that_does_not_end_is_stopped(folder: GitFolder, slow_git: dict[str, str]):
    failure = await refused(folder.path, environ=slow_git, patience_s=0.5)
    assert "within 0.5 seconds" in failure.message


async def test_a_cancelled_prompt_stops_git(
    folder: GitFolder, slow_git: dict[str, str], tmp_path: Path
):
    async with asyncio.timeout(20), anyio.create_task_group() as group:
        group.start_soon(lambda: read(folder.path, environ=slow_git))
        while not (pid := _read_pid(tmp_path / "pid")):
            await anyio.sleep(0.01)
        group.cancel_scope.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def _read_pid(path: Path) -> int:
    return int(path.read_text() or 0) if path.exists() else 0
