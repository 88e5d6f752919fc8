"""Splits a document into its YAML front matter and its body, without reading either."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from antiphon.engine.source_text.decode import BOM
from antiphon.engine.source_text.problems import SourceProblem
from antiphon.model.values.positions import LINE_END

_FENCE: Final = re.compile(r"-(?<![^\r\n]-)--[ \t]*(?=[\r\n]|\Z)")
_OTHER_LANGUAGE: Final = re.compile(r"---[ \t]*(?P<language>[A-Za-z][\w+-]*)[ \t]*")


class SplitDocument(Struct, frozen=True):
    """Where the front matter and the body of a document are, in code points."""

    yaml_start: int
    yaml_end: int
    """Equals `yaml_start` if there is no front matter."""
    body_start: int
    problem: SourceProblem | None = None
    """Why the front matter cannot be read."""

    @property
    def has_front_matter(self) -> bool:
        """Whether the document begins with front matter that may be read."""
        return self.body_start > self.yaml_end


def split_document(text: str) -> SplitDocument:
    """Returns where the front matter, between two lines of `---`, and the body are.

    Front matter in another language, `---js`, is a problem: some tools run it.
    """
    start = len(BOM) if text.startswith(BOM) else 0
    line_end = LINE_END.search(text, start)
    first_line = text[start : line_end.start() if line_end else len(text)]
    other = _OTHER_LANGUAGE.fullmatch(first_line)
    if other is None and first_line.rstrip(" \t") != "---":
        return SplitDocument(start, start, start)
    yaml_start = line_end.end() if line_end else len(text)
    closing = _FENCE.search(text, yaml_start)
    body_start = _next_line(text, closing.end()) if closing else len(text)
    if other is not None and other["language"].lower() not in {"yaml", "yml"}:
        message = f"Front matter in {other['language']} is not read, and nothing of it is run."
        problem = SourceProblem(message, start, start + len(first_line))
        return SplitDocument(start, start, body_start, problem)
    if closing is None:
        message = "The front matter has no end: write `---` on a line of its own."
        problem = SourceProblem(message, start, start + len(first_line))
        return SplitDocument(yaml_start, yaml_start, len(text), problem)
    return SplitDocument(yaml_start, closing.start(), body_start)


def _next_line(text: str, at: int) -> int:
    line_end = LINE_END.search(text, at)
    return line_end.end() if line_end else len(text)
