"""Code in the place of what it is to replace: with the file's own line ends and indentation."""

from __future__ import annotations

import re
from typing import Final

_INDENT: Final = re.compile(r"^([ \t]*)(?=\S)", re.MULTILINE)
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def replacement(code: str, document: str, start: int, end: int) -> str:
    """`code` as it stands in the place of `document[start:end]`.

    Lines end as the document's do, and the last one ends where the replaced part's does. Code that
    is indented less than what it replaces is moved to the right by the difference; where the
    replaced part begins after its line's indentation, the code's first line does too.
    """
    replaced = document[start:end]
    margin = _margin(document, start)
    text = _moved(code, _least_indent(margin + replaced)).removeprefix(margin)
    if text and replaced and not replaced.endswith(("\n", "\r")):
        text = text.rstrip("\r\n")
    elif text and not text.endswith(("\n", "\r")):
        text += "\n"
    first_end = _LINE_END.search(document)
    return _LINE_END.sub(first_end[0] if first_end else "\n", text)


def _margin(document: str, start: int) -> str:
    """What stands before `start` in its line, where that is indentation and nothing else."""
    line = max(document.rfind("\n", 0, start), document.rfind("\r", 0, start)) + 1
    before = document[line:start]
    return "" if before.strip(" \t") else before


def _least_indent(text: str) -> str:
    indents = [match[1] for match in _INDENT.finditer(text)]
    return min(indents, key=len, default="")


def _moved(code: str, wanted: str) -> str:
    has = _least_indent(code)
    if not wanted.startswith(has) or wanted == has:
        return code
    missing = wanted[len(has) :]
    return _INDENT.sub(lambda match: missing + match[1], code)
