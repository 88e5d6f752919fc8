"""Handles the commands on settings and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from antiphon.lsp.commands.registry import Command
    from antiphon.lsp.rpc.router import RequestContext
    from antiphon.model.commands.config import ConfigResult
    from antiphon.model.commands.keys import (
        KeysDeleteParams,
        KeysDeleteResult,
        KeysSetParams,
        KeysSetResult,
        KeysStatusResult,
    )


def config_commands(report: Callable[[], ConfigResult]) -> Mapping[str, Command]:
    """Returns the handler of `antiphon.config`, with `report` for the effective settings."""

    async def config(_: Any, __: RequestContext) -> ConfigResult:
        return report()

    return {"antiphon.config": config}


class KeyStore(Protocol):
    """Stores the keys."""

    async def set(self, params: KeysSetParams) -> KeysSetResult:
        """Stores a key and uses it."""
        ...

    async def delete(self, params: KeysDeleteParams) -> KeysDeleteResult:
        """Deletes a stored key."""
        ...

    async def status(self) -> KeysStatusResult:
        """Returns where each key comes from."""
        ...


def key_commands(store: KeyStore) -> dict[str, Command]:
    """Returns the handlers by command name."""
    return {
        "antiphon.keys.set": lambda params, _: store.set(params),
        "antiphon.keys.status": lambda _, __: store.status(),
        "antiphon.keys.delete": lambda params, _: store.delete(params),
    }
