"""Reads the entries of the field `context`, and finds the files that they name."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from antiphon.engine.prompts.placeholders import fill_placeholders, find_placeholders
from antiphon.engine.source_text.problems import SourceProblem
from antiphon.model.closest_names import closest_names
from antiphon.model.commands.runs import ContextItem
from antiphon.model.values.positions import Position, Range

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.source_text.yaml_nodes import ScalarNode

SELECTION: Final = "@selection"
SPECIAL_URIS: Final = {"@diff": "git:diff", "@staged": "git:staged"}
"""The addresses of diffs as context items."""
SPECIAL_ENTRIES: Final = (SELECTION, *SPECIAL_URIS)
_LINES: Final = re.compile(r"(?P<path>.+?):(?P<first>[0-9]{1,9})(?:-(?P<last>[0-9]{1,9}))?")
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:[^0-9]")


class ContextEntry(Struct, frozen=True):
    """One entry, at its place in the document."""

    text: str
    """As it is written: `src/app.py:3-9`, `@diff`."""
    start: int
    end: int

    @property
    def is_special(self) -> bool:
        """Whether it is the selection or a diff."""
        return self.text in SPECIAL_ENTRIES

    @property
    def has_inputs(self) -> bool:
        """Whether it names an input, so that its file is known when it runs."""
        return any(True for _ in find_placeholders(self.text))

    def filled(self, values: Mapping[str, str]) -> str:
        """Returns the entry with values for its inputs."""
        return fill_placeholders(self.text, values)


class ContextPlace(Struct, frozen=True):
    """The file of an entry, and the lines of it."""

    path: Path
    range: Range | None

    def to_item(self) -> ContextItem:
        """Returns the context item of a broadcast."""
        return ContextItem(uri=self.path.as_uri(), range=self.range)


FileState = Literal["readable", "missing", "outside", "no file"]


class ContextFile(Struct, frozen=True):
    """Whether a file of a context can be read, and its size."""

    state: FileState
    bytes: int = 0


class FileLocation(Struct, frozen=True):
    """Where a prompt file is, as far as its context depends on it."""

    folder: Path | None
    """The folder of the file; `None` if it is not a file on this machine."""
    workspace: Sequence[Path] = ()
    """The folders that the user has open."""

    def base_for(self, entry: str) -> Path | None:
        """Returns the folder that an entry is relative to.

        A path that a user gives for an input is relative to the workspace, not to the file.
        """
        first = self.workspace[0] if self.workspace else None
        return first if _is_one_input(entry) else self.folder or first


def read_entry(node: ScalarNode, problems: list[SourceProblem]) -> ContextEntry | None:
    """Returns an entry, or notes what is wrong with it and returns `None`."""
    text = node.text.strip()
    if text.startswith("@") and text not in SPECIAL_ENTRIES:
        near = closest_names(text, SPECIAL_ENTRIES, likeness=0.5)
        message = f"`{text}` is none of {', '.join(SPECIAL_ENTRIES)}."
        problems.append(SourceProblem(message, node.start, node.end, replacements=near))
        return None
    if not text or "\0" in text:
        problems.append(SourceProblem("This is not a path.", node.start, node.end))
        return None
    if _ADDRESS.match(text):
        message = "An address is not read: name a file below an open folder."
        problems.append(SourceProblem(message, node.start, node.end, "unsupported"))
        return None
    lines = _LINES.fullmatch(text)
    if lines and not 1 <= int(lines["first"]) <= int(lines["last"] or lines["first"]):
        message = "Lines are written `path:from-to`, the first line is 1."
        problems.append(SourceProblem(message, node.start, node.end))
        return None
    return ContextEntry(text, node.start, node.end)


def find_place(
    entry: str, location: FileLocation, filled: str | None = None
) -> ContextPlace | None:
    """Returns the file of an entry, or `None` if nothing says where it is.

    `filled` is the entry with values for its inputs.
    """
    base = location.base_for(entry)
    text = entry if filled is None else filled
    lines = _LINES.fullmatch(text)
    path = Path(os.path.normpath((base or Path()) / (lines["path"] if lines else text)))
    if not path.is_absolute():
        return None
    return ContextPlace(path, _range_of(lines) if lines else None)


def _range_of(lines: re.Match[str]) -> Range:
    first = int(lines["first"])
    last = int(lines["last"] or first)
    start = Position(line=max(0, first - 1), character=0)
    return Range(start=start, end=Position(line=max(first, last), character=0))


def _is_one_input(entry: str) -> bool:
    return any(use.start == 0 and use.end == len(entry) for use in find_placeholders(entry))
