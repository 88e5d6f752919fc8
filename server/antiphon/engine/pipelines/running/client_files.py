"""Finds what a run reads and writes below the client's open folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.engine.prompts.context_entries import SPECIAL_URIS, find_place
from antiphon.model.commands.runs import ContextItem
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.engine.ports.cassettes import Cassette, OpenCassette
    from antiphon.engine.ports.pipelines import PipelineFiles
    from antiphon.engine.prompts.context_entries import FileLocation
    from antiphon.model.commands.pipelines.runs import PipelineRunParams
    from antiphon.model.commands.pipelines.steps import PipelineStep


class ClientFiles(Struct, frozen=True):
    """What the client of a run lets the server read and write."""

    files: PipelineFiles
    location: Callable[[], FileLocation]
    cassettes: OpenCassette


async def open_cassette(params: PipelineRunParams, open_: OpenCassette) -> Cassette | None:
    """Returns the cassette that a run records to or replays, if it names one."""
    if params.record is not None and params.replay is not None:
        hint = "Give one of them."
        message = "A run records, or it replays."
        raise error("invalid_params", message, hint=hint, field="$.replay")
    if params.record is not None:
        return await open_(params.record, is_replay=False, field="$.record")
    if params.replay is not None:
        return await open_(params.replay, is_replay=True, field="$.replay")
    return None


def list_context_items(step: PipelineStep, location: FileLocation) -> list[ContextItem]:
    """Returns the context of a step. Raises `AntiphonError` if no folder is open."""
    found: list[ContextItem] = []
    for entry in getattr(step, "context", None) or ():
        if entry in SPECIAL_URIS:
            found.append(ContextItem(uri=SPECIAL_URIS[entry]))
            continue
        place = find_place(entry, location)
        if place is None:
            message = f"Nothing says where {entry} is."
            hint = "Open a folder: the context of a pipeline is relative to it."
            raise error("invalid_params", message, hint=hint, field="$.pipelineId")
        found.append(place.to_item())
    return found
