"""No program that a repository names is run for a diff, and no other repository is read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from antiphon.lsp.client.git.diff import read_diff
from antiphon.model.failure import AntiphonError
from antiphon.model.values.uri import GIT_DIFF, GIT_STAGED
from support.lsp.git_folder import GitFolder

if TYPE_CHECKING:
    from pathlib import Path

FILTERS = {
    "evil.process": "",
    "evil.clean": "",
    "evil.required": "false",
    "local.process": "",
    "local.clean": "",
}
HOOKS = ("post-index-change", "fsmonitor-watchman", "query-watchman", "post-checkout")


class Trap:
    """A repository that names a program in every place, and the marks of those that were run."""

    def __init__(self, tmp_path: Path) -> None:
        self.marks = tmp_path / "marks"
        self.marks.mkdir()
        self.program = tmp_path / "program"
        self.program.write_text(f"#!/bin/sh\n: > '{self.marks}'/\"$1\"\nexit 1\n")
        self.program.chmod(0o755)
        self.folder = GitFolder(
            tmp_path / "trap", **{"sub/x.txt": "sub\n", "b.bin": "b\n", "d.md": "d\n"}
        )
        self.inner = GitFolder(tmp_path / "inner")
        self.folder.git(
            "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../inner", "mod"
        )
        self.folder.commit()
        (self.folder.path / ".gitattributes").write_text(
            "* filter=evil diff=evil\n*.bin filter=a=b\n"
        )
        self.folder.write(**{"sub/x.txt": "staged\n"})
        self.folder.git("add", ".gitattributes", "sub/x.txt")
        self.set_up(self.folder.path / ".git", "")
        self.set_up(self.folder.path / ".git/modules/mod", "sub-")
        self.folder.write(
            **{
                "a.txt": "changed\n",
                "b.bin": "changed\n",
                "d.md": "changed\n",
                "mod/a.txt": "changed\n",
            }
        )
        for name in ("a.txt", "b.bin"):
            os.utime(self.folder.path / name, (1, 1))

    def set_up(self, git_dir: Path, prefix: str) -> None:
        for name in HOOKS:
            hook = git_dir / "hooks" / name
            hook.parent.mkdir(exist_ok=True)
            hook.write_text(f"#!/bin/sh\n: > '{self.marks}/{prefix}{name}'\n")
            hook.chmod(0o755)
        (git_dir / "info").mkdir(exist_ok=True)
        (git_dir / "info/attributes").write_text(
            "* filter=local diff=evil merge=evil\n*.txt filter=evil\n*.md !diff !filter\n"
        )
        (git_dir / "more").write_text(self.section("filter", "local", prefix, "clean", "process"))
        with (git_dir / "config").open("a") as config:
            config.write(f"[include]\n\tpath = {git_dir}/more\n")
            config.write("[diff]\n\tsubmodule = diff\n\tignoreSubmodules = none\n")
            config.write("[protocol]\n\tallow = always\n[interactive]\n")
            config.write(f"\tdiffFilter = {self.program} {prefix}interactive.diffFilter\n")
            config.write(
                self.section("core", "", prefix, "fsmonitor", "pager", "editor", "sshCommand")
                + self.section("core", "", prefix, "askPass", "gitProxy", "alternateRefsCommand")
                + self.section("diff", "", prefix, "external")
                + self.section("diff", "evil", prefix, "command", "textconv")
                + self.section("filter", "evil", prefix, "clean", "smudge", "process")
                + self.section("filter", "a=b", prefix, "clean")
                + self.section("merge", "evil", prefix, "driver")
                + self.section("pager", "", prefix, "diff")
                + self.section("credential", "", prefix, "helper")
            )
            config.write('[filter "evil"]\n\trequired = true\n')

    def section(self, name: str, sub: str, prefix: str, *keys: str) -> str:
        head = f'[{name} "{sub}"]' if sub else f"[{name}]"
        place = f"{name}.{sub}." if sub else f"{name}."
        rows = (f"\t{key} = {self.program} {prefix}{place}{key}\n" for key in keys)
        return f"{head}\n{''.join(rows)}"

    @property
    def sprung(self) -> set[str]:
        return {path.name for path in self.marks.iterdir()}


@pytest.fixture(scope="module")
def shared_trap(tmp_path_factory: pytest.TempPathFactory) -> Trap:
    return Trap(tmp_path_factory.mktemp("trap"))


@pytest.fixture
def trap(shared_trap: Trap) -> Trap:
    """One trap for all tests that only read it, without the marks of the one before."""
    for path in shared_trap.marks.iterdir():
        path.unlink()
    return shared_trap


def test_the_trap_works_for_a_plain_git(trap: Trap):
    off = [part for name, value in FILTERS.items() for part in ("-c", f"filter.{name}={value}")]
    quiet = ["-c", "core.fsmonitor=false", *off]
    for options in ([], off, quiet):
        for more in ([], ["--no-ext-diff"], ["--no-ext-diff", "--submodule=short"]):
            trap.folder.git(*options, "diff", *more, check=False)
        trap.folder.git(*options, "diff", "d.md", check=False)
    places = {
        "core.fsmonitor",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.local.process",
        "sub-core.fsmonitor",
    }
    assert places <= trap.sprung, trap.sprung


@pytest.mark.parametrize("uri", [GIT_DIFF, GIT_STAGED])
async def test_no_program_of_a_repository_is_run(uri: str, trap: Trap):
    diff = await read_diff(uri, [trap.folder.path], max_bytes=1 << 20)
    assert ("+staged" if uri == GIT_STAGED else "+changed") in diff
    assert trap.sprung == set()


async def test_no_program_of_the_user_is_run_that_a_repository_chooses(trap: Trap, tmp_path: Path):
    """Attributes choose among the user's own filters, and would feed them what they like."""
    home = tmp_path / "home"
    home.mkdir()
    own = trap.section("filter", "evil", "own-", "clean", "process")
    own += trap.section("diff", "evil", "own-", "textconv") + trap.section(
        "diff", "", "own-", "external"
    )
    (home / ".gitconfig").write_text(own)
    environ = {"PATH": os.environ["PATH"], "HOME": str(home)}
    await read_diff(GIT_DIFF, [trap.folder.path], max_bytes=1 << 20, environ=environ)
    assert trap.sprung == set()


async def test_missing_objects_are_not_fetched(tmp_path: Path):
    trap = Trap(tmp_path)
    blob = trap.folder.git("rev-parse", "HEAD:a.txt").strip()
    loose = trap.folder.path / ".git/objects" / blob[:2] / blob[2:]
    loose.chmod(0o600)
    loose.unlink()
    with (trap.folder.path / ".git/config").open("a") as config:
        config.write(
            f'[remote "origin"]\n\turl = ext::{trap.program} remote\n\tpromisor = true\n'
            "[extensions]\n\tpartialClone = origin\n[core]\n\trepositoryFormatVersion = 1\n"
        )
    with pytest.raises(AntiphonError) as caught:
        await read_diff(GIT_DIFF, [trap.folder.path], max_bytes=1 << 20)
    assert caught.value.failure.message.startswith("git cannot read")
    assert trap.sprung == set()


async def test_a_git_in_the_folder_is_not_run(trap: Trap, monkeypatch: pytest.MonkeyPatch):
    own = trap.folder.path / "git"
    own.write_text(f"#!/bin/sh\n: > '{trap.marks}/git'\n")
    own.chmod(0o755)
    monkeypatch.chdir(trap.folder.path)
    environ = {"PATH": f".{os.pathsep}{os.pathsep}{os.environ['PATH']}"}
    await read_diff(GIT_DIFF, [trap.folder.path], max_bytes=1 << 20, environ=environ)
    assert trap.sprung == set()


@pytest.fixture
def private(tmp_path: Path) -> GitFolder:
    """The user's own repository, which is not open."""
    return GitFolder(tmp_path / "private", **{"secret.txt": "PRIVATE\n"})


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    folder = tmp_path / "opened"
    folder.mkdir()
    return folder


async def refused(folder: Path) -> None:
    for uri in (GIT_DIFF, GIT_STAGED):
        with pytest.raises(AntiphonError) as caught:
            await read_diff(uri, [folder], max_bytes=1 << 20)
        assert "does not name this folder" in caught.value.failure.message


async def test_a_file_that_leads_to_another_repository_is_not_followed(
    private: GitFolder, opened: Path
):
    (opened / ".git").write_text(f"gitdir: {private.path}/.git\n")
    await refused(opened)


async def test_a_link_that_leads_to_another_repository_is_not_followed(
    private: GitFolder, opened: Path
):
    (opened / ".git").symlink_to(private.path / ".git")
    await refused(opened)


async def test_a_worktree_that_only_claims_to_be_one_is_not_followed(
    private: GitFolder, opened: Path
):
    claimed = opened / "claimed"
    claimed.mkdir()
    (claimed / "gitdir").write_text(f"{opened}/.git\n")
    (claimed / "commondir").write_text(f"{private.path}/.git\n")
    (claimed / "HEAD").write_text("ref: refs/heads/main\n")
    (opened / ".git").write_text(f"gitdir: {claimed}\n")
    await refused(opened)


@pytest.mark.parametrize("name", ["index", "objects", "refs", "refs/heads", "refs/heads/main"])
async def test_a_repository_whose_parts_are_links_to_another_is_not_read(
    name: str, private: GitFolder, opened: Path
):
    mine = GitFolder(opened)
    part = mine.path / ".git" / name
    part.rename(part.with_name("moved"))
    part.symlink_to(private.path / ".git" / name)
    await refused(opened)


async def test_a_chain_of_references_that_ends_elsewhere_is_not_followed(
    private: GitFolder, opened: Path
):
    mine = GitFolder(opened)
    heads = mine.path / ".git/refs/heads"
    (heads / "main").write_text("ref: refs/heads/other\n")
    (heads / "other").symlink_to(private.path / ".git/refs/heads/main")
    alternates = mine.path / ".git/objects/info/alternates"
    alternates.parent.mkdir(exist_ok=True)
    alternates.write_text(f"{private.path}/.git/objects\n")
    assert "PRIVATE" in mine.git("diff", "--staged")
    await refused(opened)


async def test_files_outside_are_not_read_however_the_repository_names_its_folder(
    private: GitFolder, opened: Path
):
    mine = GitFolder(opened, empty="")
    mine.git("config", "core.worktree", str(private.path.parent))
    empty = mine.git("rev-parse", "HEAD:empty").strip()
    mine.git("update-index", "--add", "--cacheinfo", f"100644,{empty},private/secret.txt")
    mine.write(**{"a.txt": "eins\n"})
    diff = await read_diff(GIT_DIFF, [opened], max_bytes=1 << 20)
    assert "+eins" in diff
    assert "PRIVATE" not in diff


async def test_submodules_and_separate_repositories_that_name_their_folder_are_read(trap: Trap):
    sub = trap.folder.path / "mod"
    assert "+changed" in await read_diff(GIT_DIFF, [sub], max_bytes=1 << 20)
    assert trap.sprung == set()
