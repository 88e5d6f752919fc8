"""Lists pipelines fast: kept ones are JSON already, files are known by their first lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Raw, Struct

from antiphon.engine.pipelines.approval import find_subject
from antiphon.model.commands.pipelines.library import PipelineEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.pipelines.approval import FolderModels
    from antiphon.engine.ports.pipelines import PipelineFile

_HEAD: Final = re.compile(r"^(name|description)[ ]*:[ ]*(\S.*)$", re.MULTILINE)
_HEAD_CHARACTERS: Final = 4_096


class LibraryListing(Struct, frozen=True):
    """A `PipelineListResult` whose kept pipelines are JSON already."""

    kept: Sequence[str]
    """Each a `PipelineEntry`."""
    files: Sequence[PipelineEntry]

    def to_wire(self) -> dict[str, object]:
        """Returns the JSON object of the result, whose kept entries are copied as they are."""
        entries = [Raw(each.encode()) for each in self.kept]
        return {"pipelines": [*entries, *(each.to_wire() for each in self.files)]}


def to_file_entry(file: PipelineFile, models: FolderModels) -> PipelineEntry:
    """Returns a file as a list shows it, not approved, by its first lines."""
    head = dict(_HEAD.findall(file.text[:_HEAD_CHARACTERS]))
    return PipelineEntry(
        id=file.uri,
        name=_to_plain(head.get("name", "")) or file.stem,
        description=_to_plain(head.get("description", "")) or None,
        source="workspace",
        uri=file.uri,
        sha256=find_subject(file.text, models).sha256,
        approved=False,
    )


def _to_plain(scalar: str) -> str:
    """Returns what a scalar on one line says, without quotes and comment."""
    if scalar[:1] in {'"', "'"}:
        return scalar[1:].partition(scalar[0])[0]
    return re.split(r"\s#", scalar, maxsplit=1)[0].rstrip()
