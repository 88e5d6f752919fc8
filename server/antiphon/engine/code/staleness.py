"""Checks whether the target of code still holds the text that the model was sent.

The numbers of a range name other text once lines are added above it, or an earlier answer is
applied there. The text that was sent is kept with the prompt, so it is compared with what the
range holds now, for the lines that are in both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.model.commands.code import CodeTarget, OvertakenPlace
from antiphon.model.values.positions import (
    LineStarts,
    Position,
    Range,
    count_line_ends,
    cut_range,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.model.conversation.message import ContextDigest

_LINE_END: Final = re.compile(r"\r\n|\r")
_START: Final = Position(line=0, character=0)
_NO_END: Final = Position(line=2**31 - 1, character=0)
"""The end of a whole document, however long it is."""


class SentContext(Struct, frozen=True):
    """A part of a document as it was sent to the model."""

    digest: ContextDigest
    text: str


def find_stale_range(
    target: CodeTarget, now: str, name: str, contexts: Iterable[SentContext]
) -> OvertakenPlace | None:
    """Returns the lines of `target` that differ from what the model was sent, or `None`.

    `now` is the target's document as it is, `name` its label in the message. A target that was
    found by its text may have other line numbers than it had.
    """
    replaced = cut_range(now, _to_range(target.range))
    for sent in contexts:
        if _normalize(replaced) == _normalize(sent.text):
            continue
        if target.by_text and _occurs_once(replaced, sent.text) and _occurs_once(replaced, now):
            continue
        common = _intersect(_to_range(target.range), _to_range(sent.digest.range))
        if common is None:
            continue
        before = cut_range(sent.text, _relative_range(common, _to_range(sent.digest.range)))
        after = cut_range(now, common)
        if _normalize(before) != _normalize(after):
            whole = common == _to_range(target.range)
            elsewhere = _find_elsewhere(target.uri, before, now) if whole else None
            differing = _differing_lines(now, common, before, after)
            return OvertakenPlace(
                message=_format_message(name, differing, elsewhere),
                range=differing,
                elsewhere=elsewhere,
            )
    return None


def _to_range(part: Range | None) -> Range:
    return part or Range(start=_START, end=_NO_END)


def _sort_key(position: Position) -> tuple[int, int]:
    return position.line, position.character


def _intersect(left: Range, right: Range) -> Range | None:
    start = max(left.start, right.start, key=_sort_key)
    end = min(left.end, right.end, key=_sort_key)
    return Range(start=start, end=end) if _sort_key(start) < _sort_key(end) else None


def _relative_range(part: Range, outer: Range) -> Range:
    """Returns `part` with its positions counted from the start of `outer`."""
    return Range(
        start=_relative_to(part.start, outer.start), end=_relative_to(part.end, outer.start)
    )


def _relative_to(position: Position, start: Position) -> Position:
    left = start.character if position.line == start.line else 0
    return Position(line=position.line - start.line, character=position.character - left)


def _normalize(text: str) -> str:
    """Returns `text` without what editors change when they save it: line ends."""
    return _LINE_END.sub("\n", text).removesuffix("\n")


def _occurs_once(part: str, text: str) -> bool:
    wanted, plain = _normalize(part), _normalize(text)
    first = plain.find(wanted) if wanted.strip() else -1
    return first >= 0 and plain.find(wanted, first + 1) < 0


def _find_elsewhere(uri: str, before: str, now: str) -> CodeTarget | None:
    """Returns where the text that was sent is now, if it is there exactly once."""
    start = now.find(before) if before.strip() else -1
    if start < 0 or now.find(before, start + 1) >= 0:
        return None
    lines = LineStarts(now)
    first, last = (
        Position(line=line, character=at)
        for line, at in map(lines.at, (start, start + len(before)))
    )
    return CodeTarget(uri=uri, range=Range(start=first, end=last), by_text=True)


def _differing_lines(now: str, common: Range, before: str, after: str) -> Range:
    """Returns the lines of the document that differ from what was sent."""
    old, new = before.splitlines(), after.splitlines()
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    first = min(common.start.line + head, count_line_ends(now))
    last = max(first, common.start.line + len(new) - tail)
    return Range(start=Position(line=first, character=0), end=Position(line=last, character=0))


def _format_message(name: str, differing: Range, elsewhere: CodeTarget | None) -> str:
    if differing.start == differing.end:
        what = f"what the model was shown at line {differing.start.line + 1} is gone"
    else:
        verb = "is" if differing.end.line == differing.start.line + 1 else "are"
        what = f"{_format_lines(differing)} {verb} not what the model was shown"
    sentence = f"{name} has changed: {what}."
    if elsewhere is None or elsewhere.range is None:
        return sentence
    return f"{sentence} That text is in {_format_lines(elsewhere.range)} now."


def _format_lines(part: Range) -> str:
    first, last = part.start.line + 1, part.end.line + 1
    if part.end.character == 0 and last > first:
        last -= 1
    return f"line {first}" if first == last else f"lines {first} to {last}"
