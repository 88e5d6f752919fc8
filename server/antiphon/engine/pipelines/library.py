"""Keeps the user's pipelines, and lists those of the workspace beside them.

A pipeline's id is a ULID in the database; that of a workspace's is the address of its file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread
from msgspec import Struct

from antiphon.engine.pipelines.approval import read_subject
from antiphon.engine.pipelines.listing import LibraryListing, to_file_entry
from antiphon.engine.pipelines.source.text import ReadPipeline, read_valid, to_text
from antiphon.engine.pipelines.source.write import hash_text, rename, write_bundle
from antiphon.engine.ports.pipelines import KeptPipeline
from antiphon.model.commands.pipelines.library import (
    PipelineExportResult,
    PipelineResult,
    StoredPipeline,
)
from antiphon.model.failure import AntiphonError, Failure, error
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import now
from antiphon.model.wire import Empty

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.pipelines.approval import FolderModels
    from antiphon.engine.pipelines.recording.record import SessionRecorder
    from antiphon.engine.ports.clients import ChangeNotifier
    from antiphon.engine.ports.pipelines import PipelineFiles, PipelineStore
    from antiphon.model.commands.pipelines.library import (
        PipelineDuplicateParams,
        PipelineExportParams,
        PipelineIdParams,
        PipelineRenameParams,
        PipelineSaveParams,
        PipelineSource,
    )


class LibraryText(Struct, frozen=True):
    """The text of a pipeline in the library."""

    pipeline_id: str
    text: str
    source: PipelineSource
    sha256: str
    """What an approval is bound to."""
    approved: bool = True
    settings: str = ""
    """As in `ApprovalSubject`."""


class PipelineLibrary:
    """Answers the commands that keep pipelines."""

    def __init__(
        self,
        store: PipelineStore,
        recorder: SessionRecorder,
        changed: ChangeNotifier,
        models: Callable[[], FolderModels],
    ) -> None:
        self._models = models
        self._store = store
        self._recorder = recorder
        self._changed = changed

    async def list(self, files: PipelineFiles) -> LibraryListing:
        """Returns every pipeline: the user's by name, then those of the workspace."""
        kept = await self._store.list()
        found = await files.list()
        models = self._models()
        others = await anyio.to_thread.run_sync(
            lambda: [to_file_entry(each, models) for each in found]
        )
        hashes = [each.sha256 for each in others]
        approved = await self._store.approved(hashes) if hashes else frozenset[str]()
        shown = [each.model_copy(update={"approved": each.sha256 in approved}) for each in others]
        return LibraryListing(kept, shown)

    async def get(self, params: PipelineIdParams, files: PipelineFiles) -> PipelineResult:
        """Returns one pipeline with its text."""
        return await self._result(await self.load(params.pipeline_id, files))

    async def load(self, pipeline_id: str, files: PipelineFiles) -> LibraryText:
        """Reads the text of a pipeline. Raises `AntiphonError` (`not_found`)."""
        if is_file(pipeline_id):
            return await self.with_approval(pipeline_id, await files.read(pipeline_id))
        kept = await self._store.get(pipeline_id)
        return LibraryText(pipeline_id, kept.text, "user", kept.sha256)

    async def with_approval(self, uri: str, text: str) -> LibraryText:
        """Returns a text of a folder, with what it means and whether that was approved."""
        subject = await read_subject(text, self._models())
        approved = subject.sha256 in await self._store.approved([subject.sha256])
        return LibraryText(uri, text, "workspace", subject.sha256, approved, subject.settings)

    async def save(self, params: PipelineSaveParams, files: PipelineFiles) -> PipelineResult:
        """Saves a given pipeline, or a session as one.

        Raises `AntiphonError` (`invalid_params`) for a text with an error. Nothing is saved then.
        """
        if (params.pipeline is None) == (params.from_session_id is None):
            raise error(
                "invalid_params",
                "A pipeline is given, or recorded from a session.",
                hint="Give `pipeline` or `fromSessionId`.",
                field="$.pipeline",
            )
        if params.from_session_id is not None:
            text = await self._recorder.write_text(params, params.from_session_id)
        else:
            text = to_text(params.pipeline or "")
        read = await read_valid(text)
        if params.name is not None and params.name != read.pipeline.name:
            read = await read_valid(rename(text, read.pipeline, params.name))
        target = params.to or "user"
        if params.pipeline_id is not None:
            await self.load(params.pipeline_id, files)
        return await self._put(read, params.pipeline_id, target, files)

    async def rename(self, params: PipelineRenameParams, files: PipelineFiles) -> PipelineResult:
        """Gives a pipeline another name, in its text too.

        Raises `AntiphonError` (`conflict`) for a text that was not approved, as a run does.
        """
        loaded = await self._load_approved(params, files)
        read = await read_valid(loaded.text)
        renamed = await read_valid(rename(loaded.text, read.pipeline, params.name))
        return await self._put(renamed, params.pipeline_id, loaded.source, files)

    async def duplicate(
        self, params: PipelineDuplicateParams, files: PipelineFiles
    ) -> PipelineResult:
        """Saves a copy under another name.

        Raises `AntiphonError` (`conflict`) for a text that was not approved, as a run does.
        """
        loaded = await self._load_approved(params, files)
        read = await read_valid(loaded.text)
        name = params.name or f"{read.pipeline.name} (copy)"
        copy = await read_valid(rename(loaded.text, read.pipeline, name))
        return await self._put(copy, None, params.to or "user", files)

    async def delete(self, params: PipelineIdParams, files: PipelineFiles) -> Empty:
        """Deletes a pipeline, or the file of a workspace's."""
        if is_file(params.pipeline_id):
            await files.delete(params.pipeline_id)
        else:
            await self._store.delete(params.pipeline_id)
        self._changed(("pipelines", params.pipeline_id))
        return Empty()

    async def export(
        self, params: PipelineExportParams, files: PipelineFiles
    ) -> PipelineExportResult:
        """Returns the text of a pipeline, letter for letter, or of a bundle of several."""
        if (params.pipeline_id is None) == (params.pipeline_ids is None):
            raise error(
                "invalid_params",
                "One pipeline is exported, or several as a bundle.",
                hint="Give `pipelineId` or `pipelineIds`.",
                field="$.pipelineId",
            )
        if params.pipeline_id is not None:
            return PipelineExportResult(text=(await self.load(params.pipeline_id, files)).text)
        texts = [(await self.load(each, files)).text for each in params.pipeline_ids or ()]
        return PipelineExportResult(text=write_bundle(texts))

    async def add(self, read: Sequence[ReadPipeline]) -> list[PipelineResult]:
        """Stores new pipelines of the user's own, all or none, as ones that may run."""
        moment = now()
        kept = [_to_kept(each, new_id(), moment) for each in read]
        await self._store.put(kept)
        await self._store.approve([each.sha256 for each in kept])
        self._changed(*(("pipelines", each.id) for each in kept))
        return [
            to_result(one, LibraryText(each.id, each.text, "user", each.sha256))
            for one, each in zip(read, kept, strict=True)
        ]

    async def approve(self, sha256: str) -> None:
        """Remembers that the user has seen what has this hash and agreed to it."""
        await self._store.approve([sha256])

    async def _load_approved(
        self, params: PipelineRenameParams | PipelineDuplicateParams, files: PipelineFiles
    ) -> LibraryText:
        loaded = await self.load(params.pipeline_id, files)
        if not loaded.approved:
            if params.approve != loaded.sha256:
                raise not_approved(loaded)
            await self.approve(loaded.sha256)
        return loaded

    async def _put(
        self,
        read: ReadPipeline,
        pipeline_id: str | None,
        target: PipelineSource,
        files: PipelineFiles,
    ) -> PipelineResult:
        """Stores a pipeline that the user has written or approved, as approved."""
        uri = pipeline_id if pipeline_id is not None and is_file(pipeline_id) else None
        if uri is not None or (pipeline_id is None and target == "workspace"):
            subject = await read_subject(read.text, self._models())
            await self._store.approve([subject.sha256])
            uri = await files.write(read.text, uri=uri, name=read.pipeline.name)
            saved = await self.with_approval(uri, read.text)
        else:
            kept = _to_kept(read, pipeline_id or new_id(), now())
            await self._store.put([kept])
            saved = LibraryText(kept.id, read.text, "user", kept.sha256)
        self._changed(("pipelines", saved.pipeline_id))
        return to_result(read, saved)

    async def _result(self, loaded: LibraryText) -> PipelineResult:
        return to_result(await read_valid(loaded.text), loaded)


def is_file(pipeline_id: str) -> bool:
    """Checks whether an id is the address of a file."""
    return pipeline_id.startswith("file:")


def not_approved(loaded: LibraryText) -> AntiphonError:
    """Builds the error of a text that was not approved, which shows it."""
    failure = Failure.of(
        "conflict",
        "This pipeline comes with the folder, and was not approved as it and its models are now."
        if loaded.settings
        else "This pipeline comes with the folder, and was not approved as it is now.",
        hint="Read it whole; to approve it, send `approve` with its hash.",
    )
    details = {"sha256": loaded.sha256, "text": loaded.text}
    if loaded.settings:
        details["settings"] = loaded.settings
    return AntiphonError(failure, details=details)


def to_result(read: ReadPipeline, loaded: LibraryText) -> PipelineResult:
    """Returns a pipeline as commands return it."""
    fields = dict(read.pipeline)
    stored = StoredPipeline(**fields, id=loaded.pipeline_id, sha256=loaded.sha256)
    return PipelineResult(
        pipeline=stored,
        text=read.text,
        graph=read.graph.outline(read.pipeline.steps),
        source=loaded.source,
        uri=loaded.pipeline_id if loaded.source == "workspace" else None,
        approved=loaded.approved,
        settings=loaded.settings or None,
    )


def _to_kept(read: ReadPipeline, pipeline_id: str, moment: str) -> KeptPipeline:
    return KeptPipeline(
        id=pipeline_id,
        name=read.pipeline.name,
        text=read.text,
        sha256=hash_text(read.text),
        description=read.pipeline.description,
        inputs=read.pipeline.inputs,
        steps=read.graph.outline(read.pipeline.steps),
        created_at=moment,
        updated_at=moment,
    )
