"""`--context FILE[:START-END]`: lines as people count them, turned into a range as LSP counts."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Final

import click

from antiphon.model.commands.runs import ContextItem
from antiphon.model.conversation.events import Position
from antiphon.model.values.positions import Range
from antiphon_terminal.files.decode import decoded

_LARGEST: Final = 64 * 1024 * 1024
"""As in the server."""
_FILE_AND_LINES: Final = re.compile(r"(?P<file>.+):(?P<start>\d+)(?:-(?P<end>\d+))?")


def context_item(value: str, option: str = "--context") -> ContextItem:
    """The item for `FILE`, `FILE:LINE` or `FILE:START-END`; both ends count, from line 1.

    Lines after the file's last one are left out, so that what is sent is named as it is. A file
    that is not UTF-8 is read here and sent as text, with a warning: the server would refuse it.
    Raises `click.BadParameter`, which names `option`, if there is no such file or it has no such
    lines.
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
    last = _number_of_lines(match["file"], option)
    if start > max(last, 1):
        have = "1 line" if last == 1 else f"{last:,} lines"
        raise click.BadParameter(f"{match['file']!r} has only {have}.", param_hint=option)
    end = max(start, min(end, last))
    lines = Range(start=Position(line=start - 1, character=0), end=Position(line=end, character=0))
    text = _replaced(match["file"])
    if text is not None:
        text = "".join(io.StringIO(text, newline="").readlines()[start - 1 : end])
    return ContextItem(uri=_uri(match["file"]), range=lines, text=text)


def _number_of_lines(path: str, option: str) -> int:
    """Lines as LSP ends them: at LF, CR LF and CR. Latin-1 reads whatever the encoding is."""
    try:
        with Path(path).open(encoding="latin-1") as file:
            return sum(1 for _ in file)
    except OSError as error:
        raise click.BadParameter(
            f"{path!r} cannot be read: {error.strerror}.", param_hint=option
        ) from None


def _replaced(path: str) -> str | None:
    """The text of a file that is not UTF-8; `None` leaves the file to the server.

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


def lines_of(value: str) -> Range:
    """The range of `LINE` or `START-END`; both ends count, from line 1.

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
