"""Parses `--context FILE[:START-END]`, `@diff` and `--lines` into context items and LSP ranges."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Final

import click

from antiphon.model.commands.runs import ContextItem
from antiphon.model.conversation.events import Position
from antiphon.model.values.positions import Range
from antiphon.model.values.uri import GIT_DIFF, GIT_STAGED
from antiphon_terminal.files.decode import decoded

_LARGEST: Final = 64 * 1024 * 1024
"""As in the server."""
_DIFFS: Final = {"@diff": GIT_DIFF, "@staged": GIT_STAGED}
"""A file of such a name is written `./@diff`."""
_FILE_AND_LINES: Final = re.compile(r"(?P<file>.+):(?P<start>\d+)(?:-(?P<end>\d+))?")


def parse_context(value: str) -> ContextItem:
    """Parses `@diff`, `@staged`, or what `parse_context_item` does, and raises as it does."""
    uri = _DIFFS.get(value)
    return parse_context_item(value) if uri is None else ContextItem(uri=uri)


def parse_context_item(value: str, option: str = "--context") -> ContextItem:
    """Parses `FILE`, `FILE:LINE` or `FILE:START-END` (from 1, inclusive) as a context item.

    Lines after the file's last one are left out, so that the label names what is sent. A file
    that is not UTF-8 is read here and sent as text, with a warning: the server would refuse it.
    Raises `click.BadParameter`, which names `option`, if the file or the lines do
    not exist.
    """
    if Path(value).is_file():
        return ContextItem(uri=_uri(value), text=_replaced(value))
    match = _FILE_AND_LINES.fullmatch(value)
    if match is None or not Path(match["file"]).is_file():
        raise click.BadParameter(
            f"there is no file {(match['file'] if match else value)!r}.", param_hint=option
        )
    start = int(match["start"])
    end = int(match["end"] or start)
    if not 1 <= start <= end:
        raise click.BadParameter(
            f"{value!r} names no lines: they count from 1, and upwards.", param_hint=option
        )
    last = _count_lines(match["file"], option)
    if start > max(last, 1):
        length = "1 line" if last == 1 else f"{last:,} lines"
        raise click.BadParameter(f"{match['file']!r} has only {length}.", param_hint=option)
    end = max(start, min(end, last))
    lines = Range(start=Position(line=start - 1, character=0), end=Position(line=end, character=0))
    text = _replaced(match["file"])
    if text is not None:
        text = "".join(io.StringIO(text, newline="").readlines()[start - 1 : end])
    return ContextItem(uri=_uri(match["file"]), range=lines, text=text)


def _count_lines(path: str, option: str) -> int:
    """Counts lines by LSP's line ends: LF, CR LF and CR.

    Latin-1 can decode a file of any encoding.
    """
    try:
        with Path(path).open(encoding="latin-1") as file:
            return sum(1 for _ in file)
    except OSError as error:
        raise click.BadParameter(
            f"{path!r} cannot be read: {error.strerror}.", param_hint=option
        ) from None


def _replaced(path: str) -> str | None:
    """Returns the text of a file that is not UTF-8, else `None`.

    `None` leaves the file to the server.


    It reads what is UTF-8, and says why it refuses what is too large or outside the folder.
    """
    file = Path(path)
    try:
        outside = not file.resolve().is_relative_to(Path.cwd().resolve())
        if outside or file.stat().st_size > _LARGEST:
            return None
        data = file.read_bytes()
    except OSError:
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return decoded(data, path)
    return None


def _uri(path: str) -> str:
    return Path(path).absolute().as_uri()


_LINES: Final = re.compile(r"(?P<start>[0-9]{1,9})(?:-(?P<end>[0-9]{1,9}))?")


def parse_line_range(value: str) -> Range:
    """Parses `LINE` or `START-END` (from 1, inclusive) as a range.

    Raises `click.BadParameter`.
    """
    match = _LINES.fullmatch(value)
    start = int(match["start"]) if match else 0
    end = int(match["end"] or start) if match else 0
    if not 1 <= start <= end:
        raise click.BadParameter(
            f"{value!r} names no lines: they count from 1, and upwards.", param_hint="--lines"
        )
    return Range(start=Position(line=start - 1, character=0), end=Position(line=end, character=0))
