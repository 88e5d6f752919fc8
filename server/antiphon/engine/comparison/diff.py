"""Compares two texts and returns equal, inserted and deleted pieces that read well.

There are two levels: lines first, then words (or characters) inside the lines that changed. That
takes a tenth of the time of aligning all words. Inside a changed part, equal words that are too few
to carry meaning are counted as changed, by diff-match-patch's semantic clean-up, with a letter for
each word so that no word is cut.

Whatever is cleaned up, `equal` and `delete` joined are the left text, and `equal` and `insert`
joined the right one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, Protocol, cast

from antiphon.engine.comparison.alignment import (
    align,
    align_around,
    common_overlap,
    has_too_many_kinds,
    to_letters,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Op = Literal["equal", "insert", "delete"]
Piece = tuple[Op, str]
Granularity = Literal["word", "line", "char"]

_LINES: Final = re.compile(
    # Blank lines go with the line above them: alone they would match each other everywhere.
    r"[^\r\n]+(?:\r\n|\r|\n)*|(?:\r\n|\r|\n)+"
)
_WORDS: Final = re.compile(
    # Scripts without spaces are compared character by character.
    r"[^\W\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+|[^\S\r\n]+|\r\n|[\s\S]"
)
_MAX_CACHED: Final = 4_096
_WINDOW: Final = 40
_HARDLY_SHORTER: Final = 0.9
_DIFF_OPS: Final[dict[int, Op]] = {-1: "delete", 0: "equal", 1: "insert"}


class TextDiffer:
    """Compares two growing texts again and again, and caches the parts that changed.

    While two answers stream, only their ends change, so each step costs the alignment of the lines
    and of the words of one part.
    """

    def __init__(self, granularity: Granularity) -> None:
        self._granularity: Granularity = granularity
        self._cache: dict[tuple[str, str], list[Piece]] = {}

    def pieces(self, left: str, right: str) -> list[Piece]:
        """Returns the pieces of `left` and `right` in order, neighbours of one kind joined."""
        if left == right:
            return [("equal", left)] if left else []
        lefts, rights = _LINES.findall(left), _LINES.findall(right)
        spans = align(lefts, rights)
        used: dict[tuple[str, str], list[Piece]] = {}
        found: list[Piece] = []
        for span in spans:
            old = "".join(lefts[span.left_start : span.left_end])
            if span.equal:
                found.append(("equal", old))
            else:
                new = "".join(rights[span.right_start : span.right_end])
                used[old, new] = self._cache.get((old, new)) or self._compare_changed(old, new)
                found += used[old, new]
        self._cache = used if len(used) <= _MAX_CACHED else {}
        return _join_pieces(found)

    def _compare_changed(self, old: str, new: str) -> list[Piece]:
        if not old or not new or self._granularity == "line":
            return _to_replacement(old, new)
        return diff_changed_part(old, new, _WORDS.findall if self._granularity == "word" else list)


def diff_changed_part(old: str, new: str, split: Callable[[str], Sequence[str]]) -> list[Piece]:
    """Returns the pieces of a changed part, by the tokens that `split` returns."""
    tokens: dict[str, str] = {}
    old_letters, new_letters = to_letters(split(old), tokens), to_letters(split(new), tokens)
    if has_too_many_kinds(tokens):
        return _to_replacement(old, new)
    diffs: list[tuple[int, str]] = []
    for span in align_around(old_letters, new_letters, tokens.get(" ", "")):
        if span.equal:
            diffs.append((0, old_letters[span.left_start : span.left_end]))
            continue
        if span.left_end > span.left_start:
            diffs.append((-1, old_letters[span.left_start : span.left_end]))
        if span.right_end > span.right_start:
            diffs.append((1, new_letters[span.right_start : span.right_end]))
    diffs = _clean_up(diffs)
    tokens_by_letter = {letter: token for token, letter in tokens.items()}
    return [(_DIFF_OPS[op], "".join(map(tokens_by_letter.__getitem__, text))) for op, text in diffs]


def _clean_up(diffs: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Returns the differences without equal parts that carry no meaning.

    For each equal part that the library drops, it walks back over everything since the last one
    that it kept. If two texts have nothing in common, that takes the square of their number. So it
    gets a window at a time, until there is little more to drop.
    """
    from diff_match_patch import diff_match_patch  # noqa: PLC0415 - for the first difference

    library = cast("_DiffLibrary", diff_match_patch())
    # The library's own takes the square of the length if one text repeats itself.
    library.diff_commonOverlap = common_overlap
    first = 0
    while True:
        before = len(diffs)
        starts = [0, *range(first or _WINDOW, before, _WINDOW)]
        cleaned: list[tuple[int, str]] = []
        for start, end in zip(starts, [*starts[1:], before], strict=True):
            window = diffs[start:end]
            library.diff_cleanupSemantic(window)
            cleaned += window
        library.diff_cleanupMerge(cleaned)
        diffs = cleaned
        if first and len(diffs) > before * _HARDLY_SHORTER:
            return diffs
        first = 0 if first else _WINDOW // 2  # the next windows begin in the middle of these


def similarity(pieces: Sequence[Piece]) -> float:
    """Returns the share of both texts that is equal, from 0 to 1.

    Two empty texts are equal: 1.
    """
    equal = sum(len(text) for op, text in pieces if op == "equal")
    total = equal + sum(len(text) for _, text in pieces)
    return 2 * equal / total if total else 1.0


class _DiffLibrary(Protocol):
    """The functions of diff-match-patch that are used. The library has no types for them."""

    diff_commonOverlap: Callable[[str, str], int]  # noqa: N815

    def diff_cleanupSemantic(self, diffs: list[tuple[int, str]]) -> None: ...  # noqa: N802

    def diff_cleanupMerge(self, diffs: list[tuple[int, str]]) -> None: ...  # noqa: N802


def _to_replacement(old: str, new: str) -> list[Piece]:
    both: list[Piece] = [("delete", old), ("insert", new)]
    return [piece for piece in both if piece[1]]


def _join_pieces(pieces: Sequence[Piece]) -> list[Piece]:
    """Joins neighbours of one kind. Between two equal pieces, deleted text comes first.

    Pieces without text are dropped: the clean-up leaves one if it moves all of a change's text
    into its neighbours.
    """
    found: list[Piece] = []
    texts: dict[Op, list[str]] = {"delete": [], "insert": []}
    end: Piece = ("equal", "")
    for op, text in [*pieces, end]:
        if op != "equal":
            texts[op].append(text)
            continue
        for kind, parts in texts.items():
            if changed := "".join(parts):
                found.append((kind, changed))
            parts.clear()
        if found and found[-1][0] == "equal":
            found[-1] = ("equal", found[-1][1] + text)
        elif text:
            found.append(("equal", text))
    return found
