"""Fits code to the text that it replaces: the file's line ends and indentation."""

from __future__ import annotations

import re
from typing import Final

_INDENT: Final = re.compile(r"^([ \t]*)(?=\S)", re.MULTILINE)
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def fit_code(code: str, document: str, start: int, end: int) -> str:
    """Returns `code` as it is written in place of `document[start:end]`.

    Lines end as the document's do, and the last line ends as the replaced part's does. Code that is
    indented less than what it replaces is moved to the right by the difference. If the replaced
    part begins after its line's indentation, the code's first line does too.
    """
    replaced = document[start:end]
    margin = _indent_before(document, start)
    text = _indent_to(code, _min_indent(margin + replaced)).removeprefix(margin)
    if text and replaced and not replaced.endswith(("\n", "\r")):
        text = text.rstrip("\r\n")
    elif text and not text.endswith(("\n", "\r")):
        text += "\n"
    first_end = _LINE_END.search(document)
    return _LINE_END.sub(first_end[0] if first_end else "\n", text)


def _indent_before(document: str, start: int) -> str:
    """Returns the text before `start` in its line if it is only indentation, else `""`."""
    line = max(document.rfind("\n", 0, start), document.rfind("\r", 0, start)) + 1
    before = document[line:start]
    return "" if before.strip(" \t") else before


def _min_indent(text: str) -> str:
    indents = [match[1] for match in _INDENT.finditer(text)]
    return min(indents, key=len, default="")


def _indent_to(code: str, wanted: str) -> str:
    own = _min_indent(code)
    if not wanted.startswith(own) or wanted == own:
        return code
    missing = wanted[len(own) :]
    return _INDENT.sub(lambda match: missing + match[1], code)
