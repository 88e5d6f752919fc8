"""Draws the mutants of a run: all that can be made, or a sample of each part."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from scripts.mutate.parts import part_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from scripts.mutate.mutant import Mutant


@dataclass(frozen=True, order=True)
class Site:
    """Where one operator can change a file once."""

    path: str
    operator: str
    occurrence: int
    """How many places of the same operator are before it in the file."""


class Maker(Protocol):
    """What makes the mutants of one language."""

    def list_sites(self, path: str) -> list[Site]:
        """Returns every place of a file that some operator changes."""
        ...

    def make(self, site: Site) -> Mutant | None:
        """Returns the mutant, or `None` if it is not valid, does the same or was made already."""
        ...


def list_files(checkout: Path, paths: Iterable[str], suffix: str) -> list[str]:
    """Returns the files with a suffix that some paths name, from the top of the checkout."""
    found: set[str] = set()
    for each in paths:
        path = checkout / each
        files = [path] if path.is_file() else path.rglob(f"*{suffix}")
        found.update(file.relative_to(checkout).as_posix() for file in files)
    return sorted(each for each in found if each.endswith(suffix))


def draw_mutants(
    maker: Maker, files: Iterable[str], sample: int | None, seed: int
) -> Iterator[Mutant]:
    """Yields the mutants of files: all, or so many of each part, drawn at random."""
    parts: dict[str, list[Site]] = defaultdict(list)
    for each in files:
        parts[part_of(each)] += maker.list_sites(each)
    for part, sites in parts.items():
        sites.sort()
        if sample is not None:
            random.Random(f"{seed} {part}").shuffle(sites)  # noqa: S311
        made = 0
        for site in sites:
            if made == sample:
                break
            mutant = maker.make(site)
            if mutant is not None:
                made += 1
                yield mutant
