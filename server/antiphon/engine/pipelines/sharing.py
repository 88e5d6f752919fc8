"""Reads pipelines that others wrote: one, or a bundle, shown whole before it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import anyio.to_thread

from antiphon.engine.pipelines.library import LibraryText, PipelineLibrary, to_result
from antiphon.engine.pipelines.source.text import read_valid
from antiphon.engine.pipelines.source.write import BUNDLE_FORMAT, hash_text
from antiphon.engine.source_text.decode import check_text
from antiphon.engine.source_text.problems import (
    SourceProblem,
    UnreadableSourceError,
    find_lines,
    refuse_with_problems,
)
from antiphon.engine.source_text.yaml_nodes import MappingNode, SequenceNode, to_plain
from antiphon.engine.source_text.yaml_reader import read_yaml
from antiphon.model.commands.pipelines.library import PipelineImportResult
from antiphon.model.failure import AntiphonError, error

if TYPE_CHECKING:
    from antiphon.engine.pipelines.source.text import ReadPipeline
    from antiphon.engine.source_text.yaml_nodes import Node
    from antiphon.model.commands.pipelines.library import PipelineImportParams

_MOST_PIPELINES: Final = 1_000
_MOST_BYTES: Final = 16 * 1024 * 1024
_HEAD: Final = 4_096
"""Characters in which a bundle declares its format."""


class PipelineImporter:
    """Answers `antiphon.pipeline.import`."""

    def __init__(self, library: PipelineLibrary) -> None:
        self._library = library

    async def import_(self, params: PipelineImportParams) -> PipelineImportResult:
        """Reads a pipeline or a bundle, and saves it unless it is a preview.

        Raises `AntiphonError` (`invalid_params`) with `data.problems` for a text with errors,
        `conflict` for another text than the user agreed to. Nothing is saved then.
        """
        sha256 = hash_text(params.text)
        if params.sha256 is not None and params.sha256 != sha256:
            raise error(
                "conflict",
                "The text is not the one that was agreed to.",
                hint="Read it whole, and import it with its present hash.",
                field="$.sha256",
            )
        texts = await anyio.to_thread.run_sync(split_bundle, params.text)
        read = [await _read_part(text, number, len(texts)) for number, text in enumerate(texts)]
        if params.preview:
            results = [
                to_result(each, LibraryText("", each.text, "user", hash_text(each.text)))
                for each in read
            ]
        else:
            results = await self._library.add(read)
        return PipelineImportResult(
            pipeline=results[0].pipeline,
            pipelines=results,
            sha256=sha256,
            saved=not params.preview,
        )


async def _read_part(text: str, number: int, count: int) -> ReadPipeline:
    try:
        return await read_valid(text)
    except AntiphonError as failed:
        if count == 1:
            raise
        message = f"Pipeline {number + 1} of the bundle. {failed.failure.message}"
        failure = failed.failure.model_copy(update={"message": message})
        raise AntiphonError(failure, field="$.text", details=failed.details) from failed


def split_bundle(text: str) -> list[str]:
    """Returns the texts in a bundle, or else the text itself.

    Raises `AntiphonError` (`invalid_params`) for a bundle that cannot be read.
    """
    if BUNDLE_FORMAT.partition("/")[0] + "/v" not in text[:_HEAD]:
        return [text]
    try:
        check_text(text, _MOST_BYTES)
        root = read_yaml(text)
    except UnreadableSourceError as unreadable:
        raise _refuse(text, unreadable.problem) from None
    if not isinstance(root, MappingNode):
        return [text]
    declared = root.find("antiphon")
    version = to_plain(declared.value) if declared is not None else None
    if declared is None or not str(version).startswith("pipelines/v"):
        return [text]
    if version != BUNDLE_FORMAT:
        message = f"{version} is newer than {BUNDLE_FORMAT}, which this Antiphon reads."
        problem = SourceProblem(message, declared.value.start, declared.value.end, "unsupported")
        raise _refuse(text, problem)
    pair = root.find("pipelines")
    return _texts_in(pair.value if pair is not None else root, text)


def _texts_in(node: Node, text: str) -> list[str]:
    items: list[Any] = []
    if isinstance(node, SequenceNode):
        items = cast("list[Any]", to_plain(node))
    if not items or len(items) > _MOST_PIPELINES or not all(isinstance(x, str) for x in items):
        message = f"A bundle has `pipelines`: a list of 1 to {_MOST_PIPELINES:,} texts."
        raise _refuse(text, SourceProblem(message, node.start, node.end))
    return items


def _refuse(text: str, problem: SourceProblem) -> AntiphonError:
    return refuse_with_problems([problem], find_lines(text, [problem]), field="$.text")
