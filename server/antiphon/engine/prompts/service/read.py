"""Answers `antiphon.prompt.read` and `antiphon.prompt.list`, and analyses open documents."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

import anyio.to_thread

from antiphon.engine.prompts.checks.analysis import analyze_prompt, list_paths
from antiphon.engine.prompts.parsing.prompt_file import parse_prompt_file
from antiphon.engine.prompts.service.run import read_text
from antiphon.engine.prompts.wire import to_info_fields, to_read_result
from antiphon.model.commands.prompts import (
    PromptInfo,
    PromptListResult,
    PromptReadResult,
    PromptRunParams,
)

if TYPE_CHECKING:
    from antiphon.engine.prompts.checks.analysis import PromptAnalysis
    from antiphon.engine.prompts.checks.catalog_check import CatalogCheck
    from antiphon.engine.prompts.parsing.prompt_file import PromptFile
    from antiphon.engine.prompts.service.store import PromptStore, StoredPrompt
    from antiphon.model.commands.prompts import PromptReadParams

SUFFIX = ".antiphon.md"


class PromptReader:
    """Reads prompt files without running them."""

    def __init__(self, check: CatalogCheck) -> None:
        self.check = check

    async def read(self, params: PromptReadParams, store: PromptStore) -> PromptReadResult:
        """Returns what a prompt file says, and everything that is wrong with it.

        Raises `AntiphonError` if the file itself cannot be read.
        """
        text = await read_text(PromptRunParams(uri=params.uri, text=params.text), store)
        file = parse_prompt_file(text)
        analysis = await self.analyze(file, params.uri, store)
        models = self.check.expand(file.models, file.lineup)
        return to_read_result(text, file, analysis, models, store.location(params.uri))

    async def analyze(
        self, file: PromptFile, uri: str | None, store: PromptStore
    ) -> PromptAnalysis:
        """Returns the problems of a parsed file, and what a run would take."""
        location = store.location(uri)
        paths = list({*list_paths(file, location).values()})
        states = await store.find_files([Path(path) for path in paths])
        return analyze_prompt(file, self.check, location, dict(zip(paths, states, strict=True)))

    async def list(self, store: PromptStore) -> PromptListResult:
        """Returns the library, sorted by source and name."""
        stored = await store.list()
        # Another thread parses them: the files of a folder may be many, and made to be slow.
        prompts = await anyio.to_thread.run_sync(lambda: [_to_info(each) for each in stored])
        return PromptListResult(prompts=prompts)


def _to_info(stored: StoredPrompt) -> PromptInfo:
    """Returns a library entry, named by its file if it has no name."""
    name, description = to_info_fields(parse_prompt_file(stored.text))
    file_name = PurePosixPath(unquote(stored.uri)).name.removesuffix(SUFFIX)
    return PromptInfo(
        name=name or file_name, description=description, uri=stored.uri, source=stored.source
    )
