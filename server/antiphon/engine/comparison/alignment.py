"""Aligns two sequences of tokens into spans that are equal and spans that differ.

rapidfuzz finds the alignment with the most tokens in common. Its time and memory grow with the
product of the lengths, and it keeps the interpreter locked meanwhile, so a pair that is too large
is first cut at anchors: tokens that occur exactly once on either side, in the longest order that
both sides share (the idea of Bram Cohen's patience diff).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_CELLS: Final = 16_000_000
"""The largest product of two lengths that is aligned at once, in some milliseconds."""
_FIRST_LETTER: Final = 0x100
_LAST_LETTER: Final = 0x10FFFF
"""A million different tokens have a letter each. All others share the last one, see `align`."""


class Span(Struct, frozen=True):
    """A half-open part of each side. `equal`: both parts are the same."""

    left_start: int
    left_end: int
    right_start: int
    right_end: int
    equal: bool


def align(left: Sequence[str], right: Sequence[str]) -> list[Span]:
    """Returns the spans of two token sequences in order, equal and different ones in turn.

    Together they cover both sides without gap or overlap. If there are more different tokens than
    letters, the sides are treated as different from start to end.
    """
    letters: dict[str, str] = {}
    encoded = to_letters(left, letters), to_letters(right, letters)
    if has_too_many_kinds(letters):
        return _to_spans([], len(left), len(right))
    return align_letters(*encoded)


def to_letters(tokens: Sequence[str], letters: dict[str, str]) -> str:
    """Returns the tokens as a string with one character each.

    `letters` gains an entry for each new token.
    """
    for token in dict.fromkeys(tokens):
        if token not in letters:
            letters[token] = chr(min(_FIRST_LETTER + len(letters), _LAST_LETTER))
    return "".join(map(letters.__getitem__, tokens))


def has_too_many_kinds(letters: Mapping[str, str]) -> bool:
    """Checks whether there are more different tokens than letters, so that some share one."""
    return _FIRST_LETTER + len(letters) > _LAST_LETTER + 1


def align_letters(left: str, right: str) -> list[Span]:
    """Aligns as `align` does, for strings with one character for each token."""
    head = common_prefix(left, right)
    tail = common_prefix(left[head:][::-1], right[head:][::-1])
    pairs = list(_equal_pairs(left, right, head, tail))
    return _to_spans(pairs, len(left), len(right))


def align_around(left: str, right: str, gap: str) -> list[Span]:
    """Aligns as `align_letters` does, with `gap` left out of the search.

    A gap belongs to the letter before it. Every other token of a text is the space between two
    words. Without spaces there is a quarter of the work, and no space of one sentence matches one
    of another.
    """
    if not gap or gap not in left or gap not in right:
        return align_letters(left, right)
    at_left = [at for at, letter in enumerate(left) if letter != gap]
    at_right = [at for at, letter in enumerate(right) if letter != gap]
    pairs: list[tuple[int, int, int]] = []
    for span in align_letters(left.replace(gap, ""), right.replace(gap, "")):
        if span.equal:
            indexes_left = at_left[span.left_start : span.left_end]
            indexes_right = at_right[span.right_start : span.right_end]
            pairs += _add_gaps(left, right, gap, indexes_left, indexes_right)
    return _to_spans(pairs, len(left), len(right))


def _add_gaps(
    left: str, right: str, gap: str, indexes_left: Sequence[int], indexes_right: Sequence[int]
) -> Iterator[tuple[int, int, int]]:
    """Yields the equal runs of the letters at these indexes, with the gaps after them."""
    start_left, start_right = indexes_left[0], indexes_right[0]
    end_left, end_right = indexes_left[-1] + 1, indexes_right[-1] + 1
    if left[start_left:end_left] == right[start_right:end_right]:
        follows = left[end_left : end_left + 1] == right[end_right : end_right + 1] == gap
        yield start_left, start_right, end_left - start_left + follows
        return
    for one, other in zip(indexes_left, indexes_right, strict=True):
        follows = left[one + 1 : one + 2] == right[other + 1 : other + 2] == gap
        yield one, other, 1 + follows


def common_prefix(left: str, right: str) -> int:
    """Returns how many characters both strings share at their start."""
    low, high = 0, min(len(left), len(right))
    if left[:high] == right[:high]:
        return high
    while low < high - 1:
        middle = (low + high) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle
    return low


def common_overlap(left: str, right: str) -> int:
    """Returns the length of the longest end of `left` that is a start of `right`.

    Takes time in proportion to the lengths, even if a text repeats itself (the failure function of
    Knuth, Morris and Pratt).
    """
    size = min(len(left), len(right))
    if not size or left[-1] not in right[:size]:
        return 0
    begin, end = right[:size], left[len(left) - size :]
    borders = [0] * size
    length = 0
    for at in range(1, size):
        while length and begin[at] != begin[length]:
            length = borders[length - 1]
        length += begin[at] == begin[length]
        borders[at] = length
    length = 0
    for letter in end:
        while length and letter != begin[length]:
            length = borders[length - 1]
        length += letter == begin[length]
    return length


def _equal_pairs(left: str, right: str, head: int, tail: int) -> Iterator[tuple[int, int, int]]:
    """Yields equal runs in order, as the start on either side and the length."""
    if head:
        yield 0, 0, head
    yield from _align_inner(left, right, head, len(left) - tail, head, len(right) - tail)
    if tail:
        yield len(left) - tail, len(right) - tail, tail


def _align_inner(  # noqa: PLR0917 - two half-open ranges
    left: str, right: str, left_start: int, left_end: int, right_start: int, right_end: int
) -> Iterator[tuple[int, int, int]]:
    rows, columns = left_end - left_start, right_end - right_start
    if not rows or not columns:
        return
    if rows * columns <= MOST_CELLS:
        yield from _align_at_once(left, right, left_start, left_end, right_start, right_end)
        return
    at_left, at_right = left_start, right_start
    found = _find_anchors(left[left_start:left_end], right[right_start:right_end])
    for anchor_left, anchor_right in found:
        to_left, to_right = left_start + anchor_left, right_start + anchor_right
        yield from _align_between_anchors(left, right, at_left, to_left, at_right, to_right)
        yield to_left, to_right, 1
        at_left, at_right = to_left + 1, to_right + 1
    yield from _align_between_anchors(left, right, at_left, left_end, at_right, right_end)


def _align_between_anchors(  # noqa: PLR0917 - two half-open ranges
    left: str, right: str, left_start: int, left_end: int, right_start: int, right_end: int
) -> Iterator[tuple[int, int, int]]:
    """Aligns the part between two anchors. One that is still too large counts as different."""
    if (left_end - left_start) * (right_end - right_start) <= MOST_CELLS:
        yield from _align_at_once(left, right, left_start, left_end, right_start, right_end)


def _align_at_once(  # noqa: PLR0917 - two half-open ranges
    left: str, right: str, left_start: int, left_end: int, right_start: int, right_end: int
) -> Iterator[tuple[int, int, int]]:
    if left_start == left_end or right_start == right_end:
        return
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - a compiled library, for the first diff

    for op in Indel.opcodes(left[left_start:left_end], right[right_start:right_end]):
        if op.tag == "equal":
            yield left_start + op.src_start, right_start + op.dest_start, op.src_end - op.src_start


def _find_anchors(left: str, right: str) -> list[tuple[int, int]]:
    """Returns the indexes of tokens that are unique on both sides, rising on both.

    It is a longest increasing subsequence, found by patience sorting.
    """
    indexes = _find_unique(right)
    pairs = [
        (at, indexes[letter]) for letter, at in _find_unique(left).items() if letter in indexes
    ]
    tops: list[int] = []
    top_pairs: list[int] = []
    before: list[int | None] = []
    for index, (_, at_right) in enumerate(pairs):
        rank = bisect_left(tops, at_right)
        before.append(top_pairs[rank - 1] if rank else None)
        tops[rank : rank + 1] = [at_right]
        top_pairs[rank : rank + 1] = [index]
    chain: list[tuple[int, int]] = []
    link = top_pairs[-1] if top_pairs else None
    while link is not None:
        chain.append(pairs[link])
        link = before[link]
    return chain[::-1]


def _find_unique(text: str) -> dict[str, int]:
    """Returns the index of each character that occurs once in `text`, in order."""
    seen: dict[str, int] = {}
    for at, letter in enumerate(text):
        seen[letter] = -1 if letter in seen else at
    return {letter: at for letter, at in seen.items() if at >= 0}


def _to_spans(pairs: Sequence[tuple[int, int, int]], left: int, right: int) -> list[Span]:
    spans: list[Span] = []
    at_left = at_right = 0
    for start_left, start_right, length in [*pairs, (left, right, 0)]:
        if start_left > at_left or start_right > at_right:
            spans.append(Span(at_left, start_left, at_right, start_right, equal=False))
        at_left, at_right = start_left + length, start_right + length
        if not length:
            continue
        if spans and spans[-1].equal:
            first = spans.pop()
            span = Span(first.left_start, at_left, first.right_start, at_right, equal=True)
        else:
            span = Span(start_left, at_left, start_right, at_right, equal=True)
        spans.append(span)
    return spans
