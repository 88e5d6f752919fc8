"""`antiphon.keys.*`: a key comes in, and nothing of it goes out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from antiphon.lsp.commands import Command
    from antiphon.model.keys import (
        KeysDeleteParams,
        KeysDeleteResult,
        KeysSetParams,
        KeysSetResult,
        KeysStatusResult,
    )


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
