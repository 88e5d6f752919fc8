"""A folder under version control, made by the real git without settings of this machine."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class GitFolder:
    """A repository with one commit, and what a test changes in it."""

    def __init__(self, path: Path, *options: str, **files: str) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self.environ = kept | {
            "HOME": str(path.parent),
            "XDG_CONFIG_HOME": str(path.parent / "no-config"),
            "GIT_CONFIG_NOSYSTEM": "1",
            **{
                f"GIT_{who}_{what}": "x@example"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
        }
        self.git("init", "--quiet", "--initial-branch=main", *options)
        self.write(**{"a.txt": "one\n", **files})
        self.commit()

    def git(self, *arguments: str, check: bool = True) -> str:
        """Runs git here, as a user would."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path, env=self.environ, stdin=subprocess.DEVNULL,
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0 or not check, done.stderr
        return done.stdout.decode("utf-8", "replace")

    def write(self, **files: str | bytes) -> None:
        for name, content in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", "x")
