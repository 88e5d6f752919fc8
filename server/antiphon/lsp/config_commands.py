"""The command on settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from antiphon.lsp.commands import Command
    from antiphon.lsp.requests import RequestContext
    from antiphon.model.config import ConfigResult


def config_commands(report: Callable[[], ConfigResult]) -> Mapping[str, Command]:
    """`antiphon.config`; `report` tells the settings as they stand."""

    async def config(_: Any, __: RequestContext) -> ConfigResult:
        return report()

    return {"antiphon.config": config}
