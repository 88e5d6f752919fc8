"""Splits an answer into statements: sentences, list items, table rows and code blocks.

It goes by Markdown's marks and by punctuation, without any regard to meaning. Headings state
nothing and are left out. Every statement has its range in the answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING: Final = re.compile(r" {0,3}#{1,6}(?:\s|$)|\s*(?:[-=_*]\s*){3,}$|\s*\*\*[^*]+:?\*\*:?\s*$")
_TABLE_RULE: Final = re.compile(r"[\s:|-]*$")
_RULE: Final = "---"
_MARK: Final = re.compile(r"\s*(?:(?:[-*+•]|\d{1,3}[.)]|>)\s+)*(?:\[[ xX]\]\s+)?")
_SENTENCE_END: Final = re.compile(
    r"(?<![.!?\u2026])[.!?\u2026]+[\"'\u201d\u2019)\]*_]*\s+(?=[^\sa-z])"
    r"|[\u3002\uff01\uff1f]+[\u300d\u300f\u201d]?\s*|[;\uff1b]\s+"  # full-width ones too
)
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|ca|approx|resp|Mr|Mrs|Ms|Dr|Prof|St|No|Fig|Eq|Sec|Vol|pp?)"
    r"|\b[A-Z])\.\s*$"
)
_WORD: Final = re.compile(r"\w")


class StatementSpan(Struct, frozen=True):
    """A statement and its half-open range, in code points of the answer."""

    text: str
    start: int
    end: int
    is_code: bool = False


def split_statements(content: str) -> list[StatementSpan]:
    """Returns the statements of an answer, in order."""
    found: list[StatementSpan] = []
    for start, end, is_code in _split_paragraphs(content):
        if is_code:
            found.append(StatementSpan(content[start:end], start, end, is_code=True))
        else:
            found += _split_sentences(content, start, end)
    return found


def _split_paragraphs(content: str) -> Iterator[tuple[int, int, bool]]:
    """Yields the ranges of paragraphs, without marks of lists, and of whole code blocks.

    Each has its start, its end, and whether it is code.
    """
    begin: int | None = None
    last = 0
    fence: str | None = None
    for match in _LINE.finditer(content):
        line, start = match[0], match.start()
        line_text = line.rstrip("\r\n")
        fence_match = _FENCE.match(line)
        if fence is not None:
            if (
                fence_match
                and fence_match[1].startswith(fence)
                and not line_text[fence_match.end() :].strip()
            ):
                yield begin or 0, start + len(line_text), True
                begin = fence = None
            last = start + len(line_text)
            continue
        text_start = start + _end_of_mark(line)
        is_separate = fence_match or not line_text.strip() or _states_nothing(line_text)
        if begin is not None and (is_separate or text_start > start + _indent(line)):
            yield begin, last, False
            begin = None
        if fence_match:
            begin, fence = start, fence_match[1]
        elif not is_separate and begin is None:
            begin = text_start
        last = start + len(line_text)
    if begin is not None:
        yield begin, last, fence is not None


def _split_sentences(content: str, start: int, end: int) -> Iterator[StatementSpan]:
    at = start
    for match in _SENTENCE_END.finditer(content, start, end):
        if not _ABBREVIATION.search(content, max(at, match.start() - 8), match.end()):
            yield from _to_statement(content, at, match.end())
            at = match.end()
    yield from _to_statement(content, at, end)


def _to_statement(content: str, start: int, end: int) -> Iterator[StatementSpan]:
    text = content[start:end]
    stripped = text.strip()
    if _WORD.search(stripped):
        start += len(text) - len(text.lstrip())
        yield StatementSpan(stripped, start, start + len(stripped))


def _end_of_mark(line: str) -> int:
    mark = _MARK.match(line)
    return mark.end() if mark else 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _states_nothing(line: str) -> bool:
    return bool(_HEADING.match(line) or (_RULE in line and _TABLE_RULE.match(line)))
