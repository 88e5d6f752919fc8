"""What the tests of the project itself look at: its files, and its tools."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def kept_files() -> list[Path]:
    """Every file that is in the repository, or new and not ignored."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True)
    paths = {ROOT / name for name in done.stdout.split("\0") if name}
    return sorted(path for path in paths if path.is_file())


@pytest.fixture(scope="session")
def python_files(kept_files: list[Path]) -> Callable[..., list[Path]]:
    """The Python files in some of the top folders."""

    def files(*folders: str) -> list[Path]:
        found = (path for path in kept_files if path.suffix == ".py")
        return [path for path in found if path.relative_to(ROOT).parts[0] in folders]

    return files


@pytest.fixture
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs this Python with some arguments at the top of the checkout."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
        )

    return call
