"""Finds the format and the instructions in the prompt of a summary or a merge."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from antiphon.engine.transfer.digest_request import FORMATS, MERGE

if TYPE_CHECKING:
    from collections.abc import Mapping

Format = Literal["executive", "technical", "bullets"]

_WHAT: Final = r"the (?:\d+ )?answers?"
_COVERAGE: Final = re.compile(r"\n\n\(Used \d+ of \d+ answers\. Left out: .*\)\Z", re.DOTALL)


class ReadInstruction(Struct, frozen=True):
    """What a digest was asked for."""

    format: Format = "bullets"
    instructions: str | None = None


def read_instruction(prompt: str) -> ReadInstruction:
    """Returns the format and the further instructions of a digest's prompt."""
    text = _COVERAGE.sub("", prompt)
    merged = _MERGED.match(text)
    if merged is not None:
        return ReadInstruction(instructions=text[merged.end() :].strip() or None)
    for form, pattern in _PATTERNS.items():
        found = pattern.match(text)
        if found is not None:
            rest = text[found.end() :].strip()
            return ReadInstruction(form, rest or None)
    return ReadInstruction()


def _pattern_of(instruction: str) -> re.Pattern[str]:
    before, after = instruction.split("{what}")
    return re.compile(re.escape(before) + _WHAT + re.escape(after))


_PATTERNS: Final[Mapping[Format, re.Pattern[str]]] = {
    "executive": _pattern_of(FORMATS["executive"]),
    "technical": _pattern_of(FORMATS["technical"]),
    "bullets": _pattern_of(FORMATS["bullets"]),
}
_MERGED: Final = _pattern_of(MERGE)
