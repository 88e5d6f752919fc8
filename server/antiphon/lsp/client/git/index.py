"""Checks the paths of an index before git reads files by them.

git checks paths when it writes an index, and not when it reads one. So a folder that came with an
index made by hand could have any file of the user in its diff, as a change of `../name`.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.lsp.client.git.repository import describe_git_error
from antiphon.model.failure import AntiphonError, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from antiphon.lsp.client.git.process import Git

_MOST_BYTES: Final = 64 << 20
_ON_WINDOWS: Final = os.name == "nt"
_MODES: Final = frozenset({"100644", "100755", "120000", "160000"})
_REFUSED: Final = frozenset({"", ".", "..", ".git"})


class _Entry(Struct, frozen=True):
    mode: str
    path: str
    is_unmerged: bool


class Index(Struct, frozen=True):
    """What an index lists of the folder that is under version control."""

    top: Path
    listed: bytes

    def check(self, root: Path) -> list[Path]:
        """Returns the entries under `root` that are folders with a repository.

        Raises `AntiphonError` (`invalid_params`) if a path leads out of the folder.
        """
        inside = root.relative_to(self.top).as_posix()
        prefix = "" if inside == "." else f"{inside}/"
        links: dict[str, bool] = {}
        nested: dict[Path, None] = {}
        for entry in self._entries():
            if entry.mode not in _MODES or not is_plain(entry.path, on_windows=_ON_WINDOWS):
                raise self._refused(entry.path, "git does not write such a path itself")
            if not entry.path.startswith(prefix):
                continue
            if self._has_repository(entry.path):
                nested[self.top / entry.path] = None
            # git looks for links on the way to a file, but not if the file has a conflict, and on
            # Windows it follows junctions.
            if entry.is_unmerged or _ON_WINDOWS:
                folder = entry.path.rpartition("/")[0]
                if folder not in links:
                    links[folder] = self._is_behind_link(folder)
                if links[folder]:
                    raise self._refused(entry.path, "a folder on the way to it is a link")
        return list(nested)

    def _has_repository(self, path: str) -> bool:
        full = self.top / path
        try:
            (full / ".git").lstat()
        except OSError as problem:
            if problem.errno == errno.ENAMETOOLONG:
                # git is in the folder, and can follow a path that is too long from the root.
                raise self._refused(path, "it is too long to be checked") from None
            return False
        return not full.is_symlink()

    def _is_behind_link(self, folder: str) -> bool:
        return Path(os.path.realpath(self.top / folder)) != self.top / folder

    def _entries(self) -> Iterator[_Entry]:
        for line in self.listed.split(b"\0"):
            if line:
                data, _, path = line.partition(b"\t")
                mode, _, stage = data.decode("ascii", "replace").split(" ")
                yield _Entry(mode, path.decode("utf-8", "surrogateescape"), stage != "0")

    def _refused(self, path: str, reason: str) -> AntiphonError:
        shown = path.encode("utf-8", "replace").decode()
        return error(
            "invalid_params",
            f"The index of {self.top} has a path that can lead out of it: {shown!r}.",
            hint=f"No diff is read, because {reason}. Name files as context.",
        )


async def list_index(
    git: Git, top: Path, arguments: Sequence[str], environ: Mapping[str, str]
) -> Index:
    """Returns the whole index, as git lists it with `arguments` and `environ`.

    Raises `AntiphonError` (`invalid_params`) if git cannot read it, or if it is too long.
    """
    # Not limited to a folder: git looks for that by halving, which an unsorted index misleads.
    listed = await git.run(
        [*arguments, "ls-files", "-z", "--stage"], top, environ, max_bytes=_MOST_BYTES
    )
    if listed.is_cut:
        raise error(
            "invalid_params",
            f"The index of {top} has more than {_MOST_BYTES:,} bytes.",
            hint="Name files as context.",
        )
    if listed.code != 0:
        raise describe_git_error(top, listed.stderr)
    return Index(top, listed.stdout)


def is_plain(path: str, *, on_windows: bool) -> bool:
    """Checks that a path of an index stays in its folder and out of `.git`."""
    parts = path.lower().split("/")
    if not on_windows:
        return _REFUSED.isdisjoint(parts)
    # Windows leaves out what ends the name of a folder, and knows `.git` by a short name as well.
    parts = [part.rstrip(" .") for part in parts]
    return _REFUSED.isdisjoint(parts) and "git~1" not in parts and not {"\\", ":"} & set(path)
