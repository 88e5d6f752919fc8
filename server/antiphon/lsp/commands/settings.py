"""The command on settings."""

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
    """`antiphon.config`; `report` tells the settings as they stand."""

    async def config(_: Any, __: RequestContext) -> ConfigResult:
        return report()

    return {"antiphon.config": config}


class KeyKeeper(Protocol):
    """Who keeps the keys."""

    async def set(self, params: KeysSetParams) -> KeysSetResult:
        """Takes a key into use."""
        ...

    async def delete(self, params: KeysDeleteParams) -> KeysDeleteResult:
        """Deletes what is kept."""
        ...

    async def status(self) -> KeysStatusResult:
        """Where each key is from."""
        ...


def key_commands(keeper: KeyKeeper) -> dict[str, Command]:
    """The handlers, by the names of their commands."""
    return {
        "antiphon.keys.set": lambda params, _: keeper.set(params),
        "antiphon.keys.status": lambda _, __: keeper.status(),
        "antiphon.keys.delete": lambda params, _: keeper.delete(params),
    }
