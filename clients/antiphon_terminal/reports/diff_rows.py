"""The segments of a comparison as rows of lines, the two sides beside each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from antiphon_terminal.tty.sanitize import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.model.commands.comparison import Segment

Part = tuple[str, bool]
"""Text without a line end, and whether the other side has it not."""


@dataclass(slots=True)
class Line:
    """One line of one side."""

    parts: list[Part] = field(default_factory=list[Part])

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(text for text, _ in self.parts)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of either side; `None` where that side has no line to stand beside the other's."""

    left: Line | None
    right: Line | None
    equal: bool


def rows(segments: Sequence[Segment]) -> list[Row]:
    """The rows of a comparison, each text made safe for a terminal."""
    found: list[Row] = []
    left, right = _Side(), _Side()
    for segment in segments:
        for text, ends in _pieces(clean(segment.text)):
            for side, alone in ((left, "delete"), (right, "insert")):
                if segment.op in {"equal", alone}:
                    side.add(text, only_here=segment.op == alone, ends=ends)
            if segment.op == "equal" and ends:
                found += _row_pairs(left.take(), right.take())
    left.end()
    right.end()
    return [*found, *_row_pairs(left.take(), right.take())]


@dataclass(frozen=True, slots=True)
class Fold:
    """So many equal rows, left out."""

    count: int


def folded(all_rows: Sequence[Row], context: int) -> list[Row | Fold]:
    """The rows that differ with `context` equal ones around them."""
    near = [False] * len(all_rows)
    for at, row in enumerate(all_rows):
        if not row.equal:
            first, last = max(0, at - context), at + context + 1
            near[first:last] = [True] * len(near[first:last])
    found: list[Row | Fold] = []
    for row, shown in zip(all_rows, near, strict=True):
        if shown:
            found.append(row)
        elif found and isinstance(found[-1], Fold):
            found[-1] = Fold(found[-1].count + 1)
        else:
            found.append(Fold(1))
    return found


Mark = Literal["-", "+", " "]


def inline(shown: Sequence[Row | Fold]) -> Iterator[tuple[Mark, Line] | Fold]:
    """The rows as one column: of each run of changed lines the left ones, then the right ones."""
    waiting: list[Row] = []
    for row in shown:
        if isinstance(row, Row) and not row.equal:
            waiting.append(row)
            continue
        yield from _changed(waiting)
        waiting.clear()
        if isinstance(row, Fold):
            yield row
        elif row.left is not None:
            yield " ", row.left
    yield from _changed(waiting)


def _changed(waiting: Sequence[Row]) -> Iterator[tuple[Mark, Line]]:
    for row in waiting:
        if row.left is not None:
            yield "-", row.left
    for row in waiting:
        if row.right is not None:
            yield "+", row.right


class _Side:
    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._open = Line()
        self._differs = False

    def add(self, text: str, *, only_here: bool, ends: bool) -> None:
        if text:
            self._open.parts.append((text, only_here))
        self._differs = self._differs or only_here
        if ends:
            self._lines.append(self._open)
            self._open = Line()

    def end(self) -> None:
        if self._open.parts:
            self._lines.append(self._open)
            self._open = Line()

    def take(self) -> tuple[list[Line], bool]:
        """The lines since the last call, and whether anything of them is on this side alone."""
        lines, differs = self._lines, self._differs
        self._lines, self._differs = [], False
        return lines, differs


def _row_pairs(left: tuple[list[Line], bool], right: tuple[list[Line], bool]) -> Iterator[Row]:
    equal = not left[1] and not right[1]
    return (Row(one, other, equal) for one, other in zip_longest(left[0], right[0]))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of `text`, and whether each one ends in it."""
    for piece in text.splitlines(keepends=True) if "\n" in text else [text]:
        yield piece.rstrip("\n"), piece.endswith("\n")
