"""One small change to one file that a test should notice."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

REMOVED = "(removed)"


@dataclass(frozen=True)
class Mutant:
    """A file with one change in it."""

    path: str
    """From the top of the checkout, with slashes."""
    line: int
    """The first line that is changed, counted from 1."""
    operator: str
    before: str
    """The changed lines, each stripped, joined by blanks."""
    after: str
    source: str = field(repr=False, compare=False)
    """The whole changed file."""

    @property
    def key(self) -> str:
        """What names the mutant among those of its file."""
        return f"{self.line}: {self.before} → {self.after}"


def describe_change(original: str, changed: str) -> tuple[int, str, str]:
    """Returns the first changed line and the lines before and after, as `Mutant` has them."""
    old, new = original.splitlines(), changed.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    blocks = [each for each in matcher.get_opcodes() if each[0] != "equal"]
    first, last = blocks[0], blocks[-1]
    before = _join(old[first[1] : last[2]])
    after = _join(new[first[3] : last[4]])
    return first[1] + 1, before, after or REMOVED


def _join(lines: list[str]) -> str:
    return " ".join(filter(None, (line.strip() for line in lines)))
