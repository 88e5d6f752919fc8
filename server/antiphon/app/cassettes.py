"""Opens cassettes for a client, below its open folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread

from antiphon.model.failure import error
from antiphon.providers.cassettes.folder import CassetteFolder, RecordedProvider

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.ports.cassettes import Cassette
    from antiphon.engine.redaction import Redactor
    from antiphon.providers.registry.registry import Registry


class Cassettes:
    """The cassettes that one client has opened, each with its place in the recordings."""

    def __init__(
        self, roots: Callable[[], Sequence[Path]], providers: Registry, redactor: Redactor
    ) -> None:
        self._roots = roots
        self._providers = providers
        self._redactor = redactor
        self._opened: dict[tuple[Path, bool], CassetteFolder] = {}

    async def open(self, folder: str, *, is_replay: bool, field: str) -> Cassette:
        """Returns the cassette in a folder, as the port `OpenCassette` describes."""
        path = await anyio.to_thread.run_sync(self._resolve, folder, field)
        opened = self._opened.get((path, is_replay))
        if opened is None:
            opened = CassetteFolder(
                path, is_replay=is_replay, clean=self._redactor.clean, describe=self._describe
            )
            self._opened[path, is_replay] = opened
        if is_replay:
            await anyio.to_thread.run_sync(opened.load_providers)
        return opened

    def _resolve(self, folder: str, field: str) -> Path:
        roots = [root.resolve() for root in self._roots()]
        path = Path(folder)
        if not path.is_absolute() and roots:
            path = roots[0] / path
        resolved = path.resolve()
        if not any(resolved.is_relative_to(root) for root in roots):
            hint = "Name a folder below an open one."
            raise error(
                "permission", f"{folder} is outside the open folders.", hint=hint, field=field
            )
        return resolved

    def _describe(self, name: str) -> RecordedProvider | None:
        row = self._providers.configured_rows().get(name)
        return None if row is None else RecordedProvider(row.type, row.base_url)
