"""Finds in a text what another tool would run or read when it sends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from antiphon.model.values.positions import LineStarts

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS: Final = re.compile(r"!`[^`\r\n]+`|^!(?=[\w./~])[^\r\n]+|^```!", re.MULTILINE)
"""Commands whose output agent skills put into a prompt."""
VARIABLES: Final = re.compile(
    r"\$\{(?!input:)[A-Za-z_][\w.]*(?::[^}\r\n]*\}?|\})|#(?:file|tool):[^\s,;]+"
)
"""Variables of an editor, and references to its files and tools.

One that is not closed ends with its line: to look for its end at each of many takes minutes."""
TEMPLATE_CODE: Final = re.compile(r"\{%[^%]*%\}|\{\{(?![\w-]+\}\})[^{}\r\n]*\}\}")
"""Statements and expressions of template engines; not `{{name}}`."""
ENVIRONMENT: Final = re.compile(r"\{\{\s*env\.[^{}]*\}\}|\$\{env:[^}\r\n]*\}?")


def find_active_parts(text: str, *patterns: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    """Yields each part that would be run or read once, with its zero-based line."""
    seen: set[int] = set()
    starts = LineStarts(text)
    for pattern in patterns:
        for found in pattern.finditer(text):
            if found.start() not in seen:
                seen.add(found.start())
                yield _shorten(found[0]), starts.line(found.start())


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
