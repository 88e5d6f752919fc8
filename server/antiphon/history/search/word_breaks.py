"""Breaks text into the words of a search index, the same for any database.

An index treats adjacent letters as one word. `用Python写一个脚本` would be a single one, and
nothing in it would be found. So words end where Latin letters and another script touch, and scripts
without spaces become pairs that overlap: `脚本化` is kept as `脚本 本化 化`, where any two
characters are one word, and the last character alone says where the run ends. A text of one spaced
script stays as it is, letter for letter.

The index must delete the same words that it inserted: a change of any table below needs a
migration that indexes again what it changes.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RUN_END: Final = "\uf8ff"
"""Ends a run of single characters, as the last character alone ends a run of pairs."""

_PLAIN: Final = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"  # kana and its marks
    "\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
    "\u3131-\u318e\uac00-\ud7a3"  # Hangul
)
# Thai, Lao, Myanmar and Khmer: letters, digits and the signs above and below them.
_SIGNED: Final = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e81-\u0edf"
    "\u1000-\u1049\u1050-\u109d\u1780-\u17d3\u17d7\u17dc-\u17e9"
)
# Other forms of characters: parts of Hangul syllables, narrow kana, marks, radicals.
_COMPOSED: Final = (
    "\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\u3099\u309a\uff66-\uff9f\uf900-\ufad9\u2f00-\u2fd5"
)
_WIDE: Final = "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
_LATIN: Final = (
    f"0-9A-Za-z\u00aa\u00b5\u00ba\u00c0-\u02af\u1e00-\u1eff\u2c60-\u2c7f\ua720-\ua7ff{_WIDE}"
)
_OTHER: Final = (
    "\u0370-\u0dff\u0f00-\u0fff\u10a0-\u10ff\u1200-\u177f\u1800-\u1cff\u1f00-\u1fff\u2c00-\u2c5f"
    "\u2c80-\u2dff\ua4d0-\ua71f\ua800-\ua95f\uaa00-\uab2f\uab70-\uabff\ufb1d-\ufdff\ufe70-\ufefc"
)
_ACCENTS: Final = "\u0300-\u036f"
_RUN: Final = f"[{_PLAIN}{_SIGNED}{_COMPOSED}]"

_MAY_BREAK: Final = re.compile(f"[{_PLAIN}{_SIGNED}{_COMPOSED}{_WIDE}{_OTHER}]")
_PIECE: Final = re.compile(
    f"(?P<run>{_RUN}+)|[{_LATIN}][{_ACCENTS}]*(?=[{_OTHER}])|[{_OTHER}][{_ACCENTS}]*(?=[{_LATIN}])"
)
_WIDE_LETTERS: Final = {
    code: code - 0xFEE0
    for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for code in range(first, last + 1)
}
# Signs that tokenizers treat as separators, mapped to characters of private use, which they keep.
_SIGNS: Final = {
    code: code + 0xD200
    for first, last in (
        *((0x0E31, 0x0E31), (0x0E34, 0x0E3A), (0x0E47, 0x0E4E)),
        *((0x0EB1, 0x0EB1), (0x0EB4, 0x0EBC), (0x0EC8, 0x0ECE)),
        *((0x102B, 0x103E), (0x1056, 0x1059), (0x105E, 0x1060), (0x1062, 0x1064)),
        *((0x1067, 0x106D), (0x1071, 0x1074), (0x1082, 0x108D), (0x108F, 0x108F)),
        *((0x109A, 0x109D), (0x17B4, 0x17D3), (0x17DD, 0x17DD)),
    )
    for code in range(first, last + 1)
}
_IS_WIDE: Final = re.compile(f"[{_WIDE}]")
_IS_COMPOSED: Final = re.compile(f"[{_COMPOSED}]")
_CLUSTER: Final = re.compile(
    "[\u1100-\u115f\ua960-\ua97c][\u1160-\u11a7\ud7b0-\ud7c6][\u11a8-\u11ff\ud7cb-\ud7fb]?"
    "|[\uac00-\ud7a3][\u11a8-\u11c2]|.[\u3099\u309a\uff9e\uff9f]*"
)

_MARKS: Final = "\u3099\u309a"


class Piece(Struct, frozen=True):
    """A part of a text: a run of characters without spaces, or anything else."""

    text: str
    """What is indexed of it, one character for each of the original unless it is a run."""
    start: int
    end: int
    run: Sequence[str] = ()
    """The characters of a run; a character that was written as several is one."""
    places: Sequence[int] = ()
    """Where each of the run's characters begins, and where the last one ends."""

    @property
    def letters(self) -> Sequence[str]:
        """The run without a leading mark, which an index drops as it follows no character."""
        return self.run[1:] if self.run and self.run[0][0] in _MARKS else self.run


def may_break(text: str) -> bool:
    """Checks whether anything in `text` needs to be broken, quickly for most text."""
    return not text.isascii() and _MAY_BREAK.search(text) is not None


def pieces(text: str) -> Iterator[Piece]:
    """Yields all of `text` in order, cut where runs begin and end."""
    done = 0
    for found in _PIECE.finditer(text):
        start, end = found.span()
        if found["run"] is None:
            yield _plain(text, done, end)
        else:
            if done < start:
                yield _plain(text, done, start)
            yield _run(found["run"], start)
        done = end
    if done < len(text):
        yield _plain(text, done, len(text))


def paired(text: str) -> str:
    """Returns `text` as an index keeps it, unspaced scripts in pairs that overlap."""
    if not may_break(text):
        return text
    return " ".join(pairs(piece.run) if piece.run else piece.text for piece in pieces(text))


def pairs(run: Sequence[str], *, ended: bool = True) -> str:
    """Returns the pairs of `run`, and if it is `ended` its last character."""
    found = [first + second for first, second in pairwise(run)]
    return " ".join([*found, run[-1]] if ended or not found else found)


def singles(run: Sequence[str], *, ended: bool = True) -> str:
    """Returns the characters of `run` singly, and the end mark if it is `ended`."""
    return " ".join([*run, RUN_END] if ended else run)


class Separated:
    """A text whose unspaced scripts are single words, and the way back to the original.

    Whatever is found in pairs is found in it too, without the second character of a pair.
    """

    def __init__(self, text: str) -> None:
        found = pieces(text) if may_break(text) else [Piece(text, 0, len(text))]
        self._pieces = [part for each in found for part in _as_indexed(each)]

    @cached_property
    def text(self) -> str:
        """The text that is searched."""
        return " ".join(singles(each.run) if each.run else each.text for each in self._pieces)

    @cached_property
    def _words(self) -> tuple[list[int], list[tuple[int, int, bool]]]:
        """Returns where each word or other piece begins, in `text` and in the original."""
        at = 0
        starts: list[int] = []
        originals: list[tuple[int, int, bool]] = []
        for piece in self._pieces:
            if not piece.run:
                starts.append(at)
                originals.append((piece.start, piece.end, False))
                at += len(piece.text) + 1
                continue
            for character, (start, end) in zip(piece.run, pairwise(piece.places), strict=True):
                starts.append(at)
                originals.append((start, end, True))
                at += len(character) + 1
            at += len(RUN_END) + 1
        return starts, originals

    def original(self, start: int, end: int) -> list[int]:
        """Returns the position in the original of a match in `text`."""
        return [self._at(start)[0], self._at(end - 1)[1]]

    def _at(self, place: int) -> tuple[int, int]:
        """Returns the position in the original of the character of `text` at `place`."""
        starts, originals = self._words
        number = bisect_right(starts, place) - 1
        first, last, whole = originals[number]
        if whole:
            return first, last
        there = first + place - starts[number]
        return there, there + 1


def _as_indexed(piece: Piece) -> list[Piece]:
    """Returns `piece` as an index reads its pairs, without a leading mark.

    The pair of that mark and the first character is then a run of this character alone.
    """
    letters, places = piece.letters, piece.places
    if len(letters) == len(piece.run):
        return [piece]
    if not letters:
        return [Piece(piece.run[0], piece.start, piece.end)]
    return [
        Piece("", piece.start, places[1], letters[:1], places[:2]),
        Piece("", places[1], piece.end, letters, places[1:]),
    ]


def _plain(text: str, start: int, end: int) -> Piece:
    part = text[start:end]
    return Piece(part.translate(_WIDE_LETTERS) if _IS_WIDE.search(part) else part, start, end)


def _run(run: str, start: int) -> Piece:
    end = start + len(run)
    if _IS_COMPOSED.search(run) is None:
        return Piece("", start, end, run.translate(_SIGNS), range(start, end + 1))
    characters: list[str] = []
    places: list[int] = []
    for cluster in _CLUSTER.finditer(run):
        characters.append(_composed(cluster.group()))
        places.append(start + cluster.start())
    return Piece("", start, end, characters, [*places, end])


def _composed(cluster: str) -> str:
    """Returns a character as it is usually written."""
    if _IS_COMPOSED.search(cluster) is None:
        return cluster.translate(_SIGNS)
    whole = unicodedata.normalize("NFKC", cluster)
    return whole.rstrip(_MARKS) or whole
