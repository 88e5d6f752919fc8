"""Whether a place that code is to go to is still what the model was shown of it.

A range is a promise about lines: where some were added above, or an earlier answer was applied
there, the same numbers name other words. The text that was sent is kept with the prompt, so it is
laid beside what stands in the place now, as far as both are of the same lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
"""Of a whole document, whatever it has become."""


@dataclass(frozen=True, slots=True)
class SentContext:
    """A part of a document as the model was sent it."""

    digest: ContextDigest
    text: str


def find_stale_range(
    target: CodeTarget, now: str, name: str, shown: Iterable[SentContext]
) -> OvertakenPlace | None:
    """What of `target` is not what the model was shown; `None` where nothing is known to differ.

    `now` is the target's document as it is, `name` what a person calls it. A place that was
    found by its words may have other lines than it had.
    """
    replaced = cut_range(now, _span(target.range))
    for part in shown:
        if _plain(replaced) == _plain(part.text):
            continue
        if target.by_text and _once(replaced, part.text) and _once(replaced, now):
            continue
        common = _common(_span(target.range), _span(part.digest.range))
        if common is None:
            continue
        before = cut_range(part.text, _within(common, _span(part.digest.range)))
        after = cut_range(now, common)
        if _plain(before) != _plain(after):
            whole = common == _span(target.range)
            elsewhere = _elsewhere(target.uri, before, now) if whole else None
            differing = _differing(now, common, before, after)
            return OvertakenPlace(
                message=_sentence(name, differing, elsewhere),
                range=differing,
                elsewhere=elsewhere,
            )
    return None


def _span(span: Range | None) -> Range:
    return span or Range(start=_START, end=_NO_END)


def _key(place: Position) -> tuple[int, int]:
    return place.line, place.character


def _common(left: Range, right: Range) -> Range | None:
    start = max(left.start, right.start, key=_key)
    end = min(left.end, right.end, key=_key)
    return Range(start=start, end=end) if _key(start) < _key(end) else None


def _within(span: Range, outer: Range) -> Range:
    """`span` as it is counted from the beginning of `outer`."""
    return Range(start=_from(span.start, outer.start), end=_from(span.end, outer.start))


def _from(place: Position, start: Position) -> Position:
    left = start.character if place.line == start.line else 0
    return Position(line=place.line - start.line, character=place.character - left)


def _plain(text: str) -> str:
    """`text` without what editors change when they save it."""
    return _LINE_END.sub("\n", text).removesuffix("\n")


def _once(words: str, text: str) -> bool:
    wanted, plain = _plain(words), _plain(text)
    first = plain.find(wanted) if wanted.strip() else -1
    return first >= 0 and plain.find(wanted, first + 1) < 0


def _elsewhere(uri: str, before: str, now: str) -> CodeTarget | None:
    """Where the words that the model was shown stand now, if that is one place."""
    start = now.find(before) if before.strip() else -1
    if start < 0 or now.find(before, start + 1) >= 0:
        return None
    lines = LineStarts(now)
    first, last = (
        Position(line=line, character=at)
        for line, at in map(lines.at, (start, start + len(before)))
    )
    return CodeTarget(uri=uri, range=Range(start=first, end=last), by_text=True)


def _differing(now: str, common: Range, before: str, after: str) -> Range:
    """The lines of the document as it is that are not what was shown."""
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


def _sentence(name: str, differing: Range, elsewhere: CodeTarget | None) -> str:
    if differing.start == differing.end:
        what = f"what the model was shown at line {differing.start.line + 1} is gone"
    else:
        are = "is" if differing.end.line == differing.start.line + 1 else "are"
        what = f"{_lines(differing)} {are} not what the model was shown"
    sentence = f"{name} has changed: {what}."
    if elsewhere is None or elsewhere.range is None:
        return sentence
    return f"{sentence} That stands in {_lines(elsewhere.range)} now."


def _lines(span: Range) -> str:
    first, last = span.start.line + 1, span.end.line + 1
    if span.end.character == 0 and last > first:
        last -= 1
    return f"line {first}" if first == last else f"lines {first} to {last}"
