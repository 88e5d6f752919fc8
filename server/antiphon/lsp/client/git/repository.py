"""Finds a folder's repository, and checks that it is the folder's own.

A folder that came from elsewhere may hold a `.git` that leads to another repository of this
machine, whose files would then appear in its diff as deleted ones. So the repository must name
the folder, as git's own worktrees and submodules do, or lie in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio.to_thread
from msgspec import Struct

from antiphon.model.failure import AntiphonError, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from antiphon.lsp.client.git.process import Git

_KEPT_SETTINGS: Final = frozenset(
    {
        "core.autocrlf",
        "core.checkstat",
        "core.eol",
        "core.filemode",
        "core.ignorecase",
        "core.longpaths",
        "core.precomposeunicode",
        "core.protecthfs",
        "core.protectntfs",
        "core.quotepath",
        "core.symlinks",
        "core.trustctime",
        "diff.algorithm",
        "diff.context",
        "diff.dstprefix",
        "diff.indentheuristic",
        "diff.interhunkcontext",
        "diff.mnemonicprefix",
        "diff.noprefix",
        "diff.renamelimit",
        "diff.renames",
        "diff.srcprefix",
        "diff.suppressblankempty",
    }
)
"""Settings that change what is printed, and none of which names a program or a file."""


_LONGEST_CHAIN: Final = 6
"""References that lead to each other: git follows five."""
_NAMES: Final = 4
"""The paths that are asked of git for a repository."""


class Repository(Struct, frozen=True):
    """A repository, as far as a diff needs it."""

    top: Path
    """The folder that is under version control."""
    index: Path
    objects: Path
    head: str | None
    """The id of the last commit; `None` before the first one."""
    object_format: str
    settings: Mapping[str, str]
    """Those of `_KEPT_SETTINGS` that are set."""


async def find_repository(git: Git, folder: Path) -> Repository | None:
    """Returns the repository that `folder` is in, or `None`.

    Raises `AntiphonError` (`invalid_params`) if git refuses it, or if it is not the folder's own.
    """
    top = await anyio.to_thread.run_sync(_find_top, folder)
    if top is None:
        return None
    # Otherwise git looks for a repository further up if this one is broken.
    environ = {"GIT_CEILING_DIRECTORIES": str(top.parent)}
    found = await git.run(
        [
            *("rev-parse", "--show-object-format", "--absolute-git-dir", "--git-common-dir"),
            *("--git-path", "index", "--git-path", "objects"),
        ],
        top,
        environ,
    )
    if found.code != 0:
        raise _refused_by_git(top, found.stderr)
    form, *names = found.stdout.decode("utf-8", "surrogateescape").split("\n")[:5]
    if len(names) < _NAMES or not all(names):
        raise describe_git_error(top, "it does not print where the parts of the repository are")
    git_dir, common_dir, index, objects = (top / name for name in names)
    settings = await _read_settings(git, top, environ)
    worktree = settings.get("core.worktree")
    try:
        own = await anyio.to_thread.run_sync(_is_own, top, git_dir, common_dir, worktree)
    except (ValueError, RuntimeError) as problem:
        # Python raises them for bytes that are not UTF-8, for NUL, and for links that form a loop.
        raise describe_git_error(top, "a file of the repository names no path") from problem
    if not own:
        raise error(
            "invalid_params",
            f"The .git of {top} leads to a repository that does not name this folder.",
            hint="Open the folder of that repository, or name files as context.",
        )
    head = await git.run(["rev-parse", "--quiet", "--verify", "HEAD^{commit}"], top, environ)
    return Repository(
        top=top,
        index=index,
        objects=objects,
        head=head.stdout.decode("ascii", "replace").strip() or None,
        object_format=form,
        settings={name: value for name, value in settings.items() if name in _KEPT_SETTINGS},
    )


def _find_top(folder: Path) -> Path | None:
    resolved = folder.resolve()
    return next((each for each in (resolved, *resolved.parents) if (each / ".git").exists()), None)


async def _read_settings(git: Git, top: Path, environ: Mapping[str, str]) -> dict[str, str]:
    listed = await git.run(["config", "--list", "-z"], top, environ)
    settings: dict[str, str] = {}
    for entry in listed.stdout.decode("utf-8", "surrogateescape").split("\0"):
        name, line_end, value = entry.partition("\n")
        settings[name] = value if line_end else "true"
    return settings


def _is_own(top: Path, git_dir: Path, common_dir: Path, worktree: str | None) -> bool:
    """Checks whether the repository lies in `top` or names it, and holds its own files."""
    dot_git = top / ".git"
    git_dir, common_dir = git_dir.resolve(), common_dir.resolve()
    is_linked = git_dir.parent == common_dir / "worktrees"
    if git_dir != common_dir and not is_linked:
        return False
    if dot_git.is_symlink() or not dot_git.is_dir():
        names = [(git_dir / worktree).resolve()] if worktree and not is_linked else []
        backlink = git_dir / "gitdir"
        if is_linked and backlink.is_file():
            names.append((git_dir / backlink.read_text("utf-8").strip()).resolve().parent)
        if top.resolve() not in names:
            return False
    return all(
        path.resolve().is_relative_to(common_dir) for path in _list_files(git_dir, common_dir)
    )


def _list_files(git_dir: Path, common_dir: Path) -> Iterator[Path]:
    """Yields the files of a repository that a diff reads, which links could lead elsewhere."""
    yield git_dir / "index"
    yield from (common_dir / name for name in ("objects", "packed-refs", "refs", "reftable"))
    reference = git_dir / "HEAD"
    for _ in range(_LONGEST_CHAIN):
        yield reference
        if not reference.resolve().is_relative_to(common_dir) or not reference.is_file():
            return
        text = reference.read_text("utf-8", "replace").strip()
        if not text.startswith("ref:"):
            return
        reference = common_dir / text.removeprefix("ref:").strip()


def _refused_by_git(top: Path, stderr: str) -> AntiphonError:
    if "dubious ownership" in stderr or "safe.directory" in stderr:
        return error(
            "invalid_params",
            f"git does not read {top}: the folder belongs to another user.",
            hint=f'If you trust it: git config --global --add safe.directory "{top}".',
        )
    return describe_git_error(top, stderr)


def describe_git_error(top: Path, stderr: str) -> AntiphonError:
    """Returns the error for what git printed when it failed."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    first = lines[0] if lines else ""
    text = next((line for line in lines if line.startswith("fatal: ")), first)
    reason = " ".join(text.removeprefix("fatal: ").removeprefix("error: ").split()).rstrip(".")
    return error(
        "invalid_params",
        f"git cannot read {top}: {reason or 'it gives no reason'}.",
        hint="Run git diff there to see what it says, or name files as context.",
    )
