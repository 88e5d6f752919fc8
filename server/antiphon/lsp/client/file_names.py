"""Names and writes the files of panes: `<session>/<title>-<end of the pane's id>.md`.

A name identifies its pane, so that a later server recognizes the file.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.lsp.client.context_reader import file_path
from antiphon.model.conversation.session import to_slug
from antiphon.model.values.ids import is_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.conversation.session import Pane

_ID_END: Final = 6
_NAME: Final = re.compile(r".+-([0-9A-Z]{6})\.md")


class PanePath(Struct, frozen=True):
    """A path that looks like that of a pane's file."""

    path: Path
    session_id: str

    def is_below(self, folder: Path) -> bool:
        """Checks whether the file is one of those in `folder`, whatever links lead to it."""
        return os.path.realpath(self.path.parent.parent) == os.path.realpath(folder)


def split_path(uri: str) -> PanePath | None:
    """Returns the path of a `file:` address if it looks like a pane's file."""
    path = file_path(uri)
    if path is None or not is_id(path.parent.name) or _NAME.fullmatch(path.name) is None:
        return None
    return PanePath(path, path.parent.name)


def find_pane(panes: Sequence[Pane], file_name: str) -> Pane | None:
    """Returns the pane that a file of this name shows."""
    found = _NAME.fullmatch(file_name)
    end = found[1] if found else None
    return next((pane for pane in panes if pane.id[-_ID_END:] == end), None)


def pane_file_name(pane: Pane) -> str:
    """Returns the name of a pane's file."""
    return f"{_to_stem(pane)}-{pane.id[-_ID_END:]}.md"


def message_file_name(pane: Pane, message_id: str) -> str:
    """Returns the name of the file of one message, which is like no pane's."""
    return f"{_to_stem(pane)}-{message_id[-_ID_END:]}.answer.md"


def _to_stem(pane: Pane) -> str:
    # Editors' command lines take the signs of a title for something else.
    return to_slug(pane.title).replace("#", "-").replace("@", "-")


def replace_file(path: Path, text: str) -> None:
    """Replaces the file atomically with `text`, readable by its owner alone.

    A file that has the text already is left alone: editors would offer to read it again.
    """
    import tempfile  # noqa: PLC0415 - the first command does not wait for it

    data = text.encode("utf-8", "replace")
    if path.is_file() and path.read_bytes() == data:
        return
    # mkdir(parents=True) gives its mode to the last folder only.
    for folder in reversed([each for each in path.parents if not each.exists()]):
        folder.mkdir(mode=0o700, exist_ok=True)
    # A name of its own for each call: two may write one pane at the same time.
    descriptor, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(fresh).replace(path)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
