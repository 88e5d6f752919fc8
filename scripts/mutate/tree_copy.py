"""A copy of the checkout in which files are broken: the checkout itself is never touched."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scripts.mutate.pool import list_kept_files

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from scripts.mutate.mutant import Mutant


class TreeCopy:
    """One copy, for one worker at a time."""

    def __init__(self, checkout: Path, place: Path) -> None:
        self.top = place
        shutil.rmtree(place, ignore_errors=True)
        for name in list_kept_files(checkout):
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(checkout / name, target)

    @contextmanager
    def mutated(self, mutant: Mutant) -> Generator[None]:
        """Has a mutant on disk.

        Its compiled file goes: one of the same size and second would hide the change.
        """
        path = self.top / mutant.path
        original = path.read_bytes()
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
            compiled.unlink()
        try:
            path.write_text(mutant.source, encoding="utf-8")
            yield
        finally:
            path.write_bytes(original)
