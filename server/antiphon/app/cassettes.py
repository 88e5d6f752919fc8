"""Opens cassettes for a client, and makes services that answer from one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from msgspec import Struct, field

from antiphon.model.failure import error
from antiphon.model.provider_config import KeyLookup
from antiphon.providers.cassettes.folder import CassetteFolder
from antiphon.providers.registry.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from antiphon.engine.ports.cassettes import Cassette
    from antiphon.engine.redaction import Redactor
    from antiphon.model.provider_config import PriceConfig, Secret


class _NoKey:
    """What a replay gives an adapter instead of a key; it is sent nowhere."""

    def get_secret_value(self) -> str:
        return "replayed"


class ReplayedProvider(Struct, frozen=True):
    """The settings of a provider as a cassette has them: its type and its address."""

    type: str
    base_url: str | None
    api_key: Secret | None = None
    api_key_env: str | None = None
    models: Sequence[str] = ()
    max_concurrency: int | None = 64
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    prices: Mapping[str, PriceConfig] = field(default_factory=dict[str, "PriceConfig"])


class _Rows(Struct, frozen=True):
    providers: Mapping[str, ReplayedProvider]


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

    def _describe(self, name: str) -> dict[str, Any] | None:
        row = self._providers.configured_rows().get(name)
        return None if row is None else {"type": row.type, "baseUrl": row.base_url}


async def make_replayed_providers(cassette: CassetteFolder) -> Registry:
    """Returns the providers of a cassette, which have no keys and are never connected to."""
    described = await anyio.to_thread.run_sync(cassette.load_providers)
    rows = {
        name: ReplayedProvider(each["type"], each["baseUrl"]) for name, each in described.items()
    }
    return Registry(_Rows(rows), key_of=lambda _, __: KeyLookup(_NoKey()))
