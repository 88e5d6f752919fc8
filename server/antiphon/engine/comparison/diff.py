"""What two texts share and where they differ, in pieces that a person can read.

Two levels: lines first, then words (or characters) inside the lines that changed; that takes a
tenth of the time of aligning all words. Inside a changed part, equal words that are too few to
carry meaning are counted as changed, by diff-match-patch's semantic clean-up, with a letter for
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
    as_letters,
    common_overlap,
    ran_out,
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
    # Scripts without spaces are compared sign by sign.
    r"[^\W\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+|[^\S\r\n]+|\r\n|[\s\S]"
)
_MOST_REMEMBERED: Final = 4_096
_WINDOW: Final = 40
_LITTLE_LESS: Final = 0.9
_DIFF_OPS: Final[dict[int, Op]] = {-1: "delete", 0: "equal", 1: "insert"}


class TextDiffer:
    """Compares versions of two texts that grow, and remembers the changed parts it has looked at.

    While two answers stream only their ends change, so each step costs the alignment of the lines
    and of one part's words.
    """

    def __init__(self, granularity: Granularity) -> None:
        self._granularity: Granularity = granularity
        self._remembered: dict[tuple[str, str], list[Piece]] = {}

    def pieces(self, left: str, right: str) -> list[Piece]:
        """The pieces of `left` and `right` in order, neighbours of one kind joined."""
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
                used[old, new] = self._remembered.get((old, new)) or self._changed(old, new)
                found += used[old, new]
        self._remembered = used if len(used) <= _MOST_REMEMBERED else {}
        return _joined(found)

    def _changed(self, old: str, new: str) -> list[Piece]:
        if not old or not new or self._granularity == "line":
            return _replaced(old, new)
        return changed_part(old, new, _WORDS.findall if self._granularity == "word" else list)


def changed_part(old: str, new: str, split: Callable[[str], Sequence[str]]) -> list[Piece]:
    """The pieces of a part that changed, by the tokens that `split` gives of either text."""
    tokens: dict[str, str] = {}
    old_letters, new_letters = as_letters(split(old), tokens), as_letters(split(new), tokens)
    if ran_out(tokens):
        return _replaced(old, new)
    diffs: list[tuple[int, str]] = []
    for span in align_around(old_letters, new_letters, tokens.get(" ", "")):
        if span.equal:
            diffs.append((0, old_letters[span.left_start : span.left_end]))
            continue
        if span.left_end > span.left_start:
            diffs.append((-1, old_letters[span.left_start : span.left_end]))
        if span.right_end > span.right_start:
            diffs.append((1, new_letters[span.right_start : span.right_end]))
    diffs = _readable(diffs)
    spelled = {letter: token for token, letter in tokens.items()}
    return [(_DIFF_OPS[op], "".join(map(spelled.__getitem__, text))) for op, text in diffs]


def _readable(diffs: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The differences without equal parts that carry no meaning.

    The library walks back over everything since the last equal part that it kept, for each one that
    it drops: the square of the number where two texts have nothing in common. So it is given a
    window at a time, until there is little more to drop.
    """
    from diff_match_patch import diff_match_patch  # noqa: PLC0415 - for the first difference

    library = cast("_DiffLibrary", diff_match_patch())
    # Its own takes the square of the length where one text repeats itself.
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
        if first and len(diffs) > before * _LITTLE_LESS:
            return diffs
        first = 0 if first else _WINDOW // 2  # the next borders fall into this round's windows


def similarity(pieces: Sequence[Piece]) -> float:
    """The share of both texts that is equal, from 0 to 1; two empty texts are the same."""
    equal = sum(len(text) for op, text in pieces if op == "equal")
    total = equal + sum(len(text) for _, text in pieces)
    return 2 * equal / total if total else 1.0


class _DiffLibrary(Protocol):
    """What is used of the library, which has no types for it."""

    diff_commonOverlap: Callable[[str, str], int]  # noqa: N815

    def diff_cleanupSemantic(self, diffs: list[tuple[int, str]]) -> None: ...  # noqa: N802

    def diff_cleanupMerge(self, diffs: list[tuple[int, str]]) -> None: ...  # noqa: N802


def _replaced(old: str, new: str) -> list[Piece]:
    both: list[Piece] = [("delete", old), ("insert", new)]
    return [piece for piece in both if piece[1]]


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one kind joined; between two equal pieces, what goes before what comes."""
    found: list[Piece] = []
    texts: dict[Op, list[str]] = {"delete": [], "insert": []}
    end: Piece = ("equal", "")
    for op, text in [*pieces, end]:
        if op != "equal":
            texts[op].append(text)
            continue
        for kind, parts in texts.items():
            if parts:
                found.append((kind, "".join(parts)))
                parts.clear()
        if found and found[-1][0] == "equal":
            found[-1] = ("equal", found[-1][1] + text)
        elif text:
            found.append(("equal", text))
    return found
