"""Finds what the cursor is in, by the lines above it.

YAML is broken while it is written, so it is not parsed for this."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from antiphon.engine.prompts.parsing.front_matter import SplitDocument

_BRACES: Final = re.compile(r"(?<!\{)\{\{([\w-]*)\Z")
_DOLLAR: Final = re.compile(r"\$\{input:([\w-]*)\Z")
_KEY: Final = re.compile(r"(?P<indent> *)(?:- +)*(?P<key>[\w-]+) *:")
_VALUE: Final = re.compile(r"(?:.*[\s\[{,]|\A *(?:- +)*)?[\"']?(?P<word>[^\s\[\]{},\"']*)\Z")
_TYPED_KEY: Final = re.compile(r"(?P<indent> *)(?:- +)*(?P<word>[\w-]*)\Z")
_INLINE_KEY: Final = re.compile(r"[{,] *(?P<key>[\w-]+) *: *[\"']?[^\s\[\]{},\"']*\Z")


class CursorPlace(Struct, frozen=True):
    """What may be written at the cursor."""

    path: tuple[str, ...]
    """The keys that the cursor is below; empty for a key of the file, `("input",)` in braces."""
    word: str
    """What is written already."""
    closes: bool = True
    """Whether an input's name is followed by two braces."""


def find_place_of_cursor(text: str, offset: int, split: SplitDocument) -> CursorPlace:
    """Returns the place of the cursor at `offset`."""
    line_start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    before = text[line_start:offset]
    if found := _BRACES.search(before):
        return CursorPlace(("input",), found[1])
    if found := _DOLLAR.search(before):
        return CursorPlace(("input",), found[1], closes=False)
    if offset < split.yaml_start or offset > _yaml_end(split):
        return CursorPlace(("body",), "")
    return _in_front_matter(text[split.yaml_start : line_start], before)


def _yaml_end(split: SplitDocument) -> int:
    return split.yaml_end if split.has_front_matter else split.body_start


def _in_front_matter(above: str, before: str) -> CursorPlace:
    key = _KEY.match(before)
    if key is None:
        typed = _TYPED_KEY.fullmatch(before)
        path = _path_above(above, before)
        if typed is not None:
            return CursorPlace(path, typed["word"])
        return CursorPlace(path, _word_of(before))
    indent = len(key["indent"]) + before[len(key["indent"]) :].startswith("-")
    parents = _path_above(above, " " * indent)
    inline = _INLINE_KEY.search(before)
    names = (key["key"], inline["key"]) if inline and inline["key"] != key["key"] else (key["key"],)
    return CursorPlace((*parents, *names), _word_of(before))


def _path_above(above: str, before: str) -> tuple[str, ...]:
    """Returns the keys of smaller indentation above a line, the outermost first."""
    indent = len(before) - len(before.lstrip(" "))
    if before.lstrip(" ").startswith("-"):
        indent += 1  # an item may be as far left as its list's key
    path: list[str] = []
    for line in reversed(above.splitlines()):
        found = _KEY.match(line)
        if found is not None and len(found["indent"]) < indent:
            path.insert(0, found["key"])
            indent = len(found["indent"])
        if indent == 0:
            break
    return tuple(path)


def _word_of(before: str) -> str:
    found = _VALUE.search(before)
    return found["word"] if found else ""
