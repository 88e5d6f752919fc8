"""Reads a diff of the open folders, without the settings of their repositories.

A repository's settings can name programs in many places (filters, drivers of attributes, file
monitors, hooks, pagers, helpers of transports), and every version of git adds some. So the diff is
made from a repository of our own: an empty folder with a HEAD, which borrows the index, the objects
and the files, and no settings but those that `Repository.settings` lists. `.gitattributes` are
read, but the programs that they refer to are defined nowhere. What submodules hold is not looked
at, only which commit they are at.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread

from antiphon.lsp.client.git.index import list_index
from antiphon.lsp.client.git.process import find_git
from antiphon.lsp.client.git.repository import describe_git_error, find_repository
from antiphon.model.failure import AntiphonError, error
from antiphon.model.values.uri import GIT_STAGED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.lsp.client.git.process import Git
    from antiphon.lsp.client.git.repository import Repository

_PATIENCE_S: Final = 20.0
_SETTINGS: Final = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "diff.autoRefreshIndex=false",
)
_OPTIONS: Final = (
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--ignore-submodules=dirty",
    "--submodule=short",
)


async def read_diff(
    uri: str,
    roots: Sequence[Path],
    *,
    max_bytes: int,
    environ: Mapping[str, str] = os.environ,
    patience_s: float = _PATIENCE_S,
) -> str:
    """Returns what `git diff` prints for the open folders, or `git diff --staged`.

    What is outside the folders is left out. Raises `AntiphonError` (`invalid_params`) if there is
    no git, no repository or no change, or if the diff is too long or takes too long.
    """
    if not roots:
        hint = "Open the folder of a git repository."
        raise error("invalid_params", "No folder is open that could have changes.", hint=hint)
    git = await anyio.to_thread.run_sync(find_git, environ)
    if git is None:
        hint = "Install git, and make sure that the editor's PATH has it."
        raise error("invalid_params", "The program git was not found.", hint=hint)
    try:
        with anyio.fail_after(patience_s):
            folders = await anyio.to_thread.run_sync(_without_nested, roots)
            parts = await _read_parts(git, uri, folders, max_bytes)
    except TimeoutError:
        raise error(
            "invalid_params",
            f"git did not print its diff within {patience_s:g} seconds.",
            hint="Try again, as git is faster then, or name files as context.",
        ) from None
    except OSError as problem:
        reason = problem.strerror or "the system gives no reason"
        hint = "Try whether git works in a terminal."
        raise error("invalid_params", f"git does not start: {reason}.", hint=hint) from problem
    return _join(parts, uri, roots, max_bytes)


async def _read_parts(
    git: Git, uri: str, roots: Sequence[Path], max_bytes: int
) -> list[tuple[Path, bytes]]:
    """Returns the diff of each folder that is in a repository."""
    parts: list[tuple[Path, bytes]] = []
    for root in roots:
        repository = await find_repository(git, root)
        if repository is not None:
            parts.append((root, await _read_one(git, repository, root, uri, max_bytes)))
    return parts


async def _read_one(
    git: Git, repository: Repository, root: Path, uri: str, max_bytes: int
) -> bytes:
    settings = [*_SETTINGS, *(f"{name}={value}" for name, value in repository.settings.items())]
    staged = ["--staged"] if uri == GIT_STAGED else []
    arguments = [
        *("--no-pager", "--no-optional-locks"),
        *(part for setting in settings for part in ("-c", setting)),
    ]
    async with anyio.TemporaryDirectory(prefix="antiphon-git-") as folder:
        environ = await anyio.to_thread.run_sync(_borrow, repository, Path(folder))
        index = await list_index(git, repository.top, arguments, environ)
        for nested in await anyio.to_thread.run_sync(index.check, root):
            # git shows its commit, which must not be that of a repository elsewhere.
            await find_repository(git, nested)
        diff = [*arguments, "diff", *_OPTIONS, *staged, "--", "."]
        printed = await git.run(diff, root, environ, max_bytes=max_bytes)
    if printed.is_cut:
        raise _too_long(max_bytes)
    if printed.code != 0:
        raise describe_git_error(repository.top, printed.stderr)
    return printed.stdout


def _borrow(repository: Repository, folder: Path) -> dict[str, str]:
    """Makes an empty repository in `folder`, and returns the variables by which git uses it."""
    is_old = repository.object_format == "sha1"
    settings = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
    if not is_old:
        settings = settings.replace("= 0", "= 1")
        settings += f"[extensions]\n\tobjectformat = {repository.object_format}\n"
    (folder / "config").write_text(settings, "utf-8")
    (folder / "HEAD").write_text(f"{repository.head or 'ref: refs/heads/unborn'}\n", "utf-8")
    (folder / "refs").mkdir()
    return {
        "GIT_DIR": str(folder),
        "GIT_WORK_TREE": str(repository.top),
        "GIT_INDEX_FILE": str(repository.index),
        "GIT_OBJECT_DIRECTORY": str(repository.objects),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        # The user's own settings name programs as well, which a repository's attributes choose.
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }


def _without_nested(roots: Sequence[Path]) -> list[Path]:
    """Returns the folders without those that lie in another one."""
    kept = list(dict.fromkeys(root.resolve() for root in roots))
    return [each for each in kept if not any(other in each.parents for other in kept)]


def _join(
    parts: Sequence[tuple[Path, bytes]], uri: str, roots: Sequence[Path], max_bytes: int
) -> str:
    changed = [(root, data) for root, data in parts if data]
    if not parts:
        named = ", ".join(map(str, roots))
        hint = "Open the folder of a repository, or name files as context."
        raise error("invalid_params", f"{named} is not in a git repository.", hint=hint)
    if not changed:
        raise _no_changes(uri)
    # Not every file is UTF-8, and one that is not must not keep the others from being reviewed.
    texts = [data.decode("utf-8", "replace").replace("\0", "\ufffd") for _, data in changed]
    if len(texts) > 1:
        texts = [f"# {root.name}\n{text}" for (root, _), text in zip(changed, texts, strict=True)]
    joined = "".join(texts)
    if len(joined.encode()) > max_bytes:
        raise _too_long(max_bytes)
    return joined


def _no_changes(uri: str) -> AntiphonError:
    if uri == GIT_STAGED:
        hint = "Stage something with git add, or send git:diff (@diff)."
        return error("invalid_params", "No changes are staged.", hint=hint)
    hint = (
        "Files that are new to git are in it after git add; what is staged is git:staged (@staged)."
    )
    return error("invalid_params", "git diff prints nothing: no file has changed.", hint=hint)


def _too_long(max_bytes: int) -> AntiphonError:
    return error(
        "invalid_params",
        f"The diff has more than {max_bytes:,} bytes.",
        hint="Stage a part of it and send git:staged, name files, or raise limits.maxContextBytes.",
    )
