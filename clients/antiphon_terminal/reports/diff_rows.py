"""Converts the segments of a comparison to rows of lines of both sides."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from antiphon_terminal.tty.sanitize import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.model.commands.comparison import Segment

Part = tuple[str, bool]
"""Text without a line end, and whether the other side does not have it."""


class Line(Struct):
    """One line of one side."""

    parts: list[Part] = field(default_factory=list[Part])

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(text for text, _ in self.parts)


class Row(Struct, frozen=True):
    """A line of each side, or `None` if that side has no matching line."""

    left: Line | None
    right: Line | None
    equal: bool


def build_rows(segments: Sequence[Segment]) -> list[Row]:
    """Builds the rows of a comparison, with texts that are safe to show."""
    found: list[Row] = []
    left, right = _Side(), _Side()
    for segment in segments:
        for text, ends in _split_lines(clean(segment.text)):
            for side, alone in ((left, "delete"), (right, "insert")):
                if segment.op in {"equal", alone}:
                    side.add(text, only_here=segment.op == alone, ends=ends)
            if segment.op == "equal" and ends:
                found += _pair_rows(left.pop(), right.pop())
    left.finish()
    right.finish()
    return [*found, *_pair_rows(left.pop(), right.pop())]


class Fold(Struct, frozen=True):
    """A number of equal rows that are left out."""

    count: int


def fold_equal_rows(all_rows: Sequence[Row], context: int) -> list[Row | Fold]:
    """Returns the rows that differ, with `context` equal ones around them."""
    is_shown = [False] * len(all_rows)
    for at, row in enumerate(all_rows):
        if not row.equal:
            first, last = max(0, at - context), at + context + 1
            is_shown[first:last] = [True] * len(is_shown[first:last])
    found: list[Row | Fold] = []
    for row, shown in zip(all_rows, is_shown, strict=True):
        if shown:
            found.append(row)
        elif found and isinstance(found[-1], Fold):
            found[-1] = Fold(found[-1].count + 1)
        else:
            found.append(Fold(1))
    return found


Mark = Literal["-", "+", " "]


def to_one_column(shown: Sequence[Row | Fold]) -> Iterator[tuple[Mark, Line] | Fold]:
    """Yields the rows as one column, for each change first the left lines."""
    changes: list[Row] = []
    for row in shown:
        if isinstance(row, Row) and not row.equal:
            changes.append(row)
            continue
        yield from _list_changes(changes)
        changes.clear()
        if isinstance(row, Fold):
            yield row
        elif row.left is not None:
            yield " ", row.left
    yield from _list_changes(changes)


def _list_changes(changes: Sequence[Row]) -> Iterator[tuple[Mark, Line]]:
    for row in changes:
        if row.left is not None:
            yield "-", row.left
    for row in changes:
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

    def finish(self) -> None:
        if self._open.parts:
            self._lines.append(self._open)
            self._open = Line()

    def pop(self) -> tuple[list[Line], bool]:
        """Returns the lines since the last call, and whether the other side differs."""
        lines, differs = self._lines, self._differs
        self._lines, self._differs = [], False
        return lines, differs


def _pair_rows(left: tuple[list[Line], bool], right: tuple[list[Line], bool]) -> Iterator[Row]:
    equal = not left[1] and not right[1]
    return (Row(one, other, equal) for one, other in zip_longest(left[0], right[0]))


def _split_lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yields the lines of `text`, and whether each one has a line end."""
    for piece in text.splitlines(keepends=True) if "\n" in text else [text]:
        yield piece.rstrip("\n"), piece.endswith("\n")
