"""Which command takes which argument and gives which result; nothing else decides.

The generated schema, the TypeScript and Lua types and docs/protocol.md are made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from antiphon.model import commands

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.model.wire import Wire


@dataclass(frozen=True, slots=True)
class CommandType:
    """The shape of one command of `workspace/executeCommand`."""

    params: type[Wire]
    result: type[Wire]
    cooperative: bool = False
    """Stopping it still brings its result: a run that is cancelled is summed up like any other."""


COMMANDS: Final[Mapping[str, CommandType]] = MappingProxyType(
    {
        "antiphon.health": CommandType(commands.Nothing, commands.HealthResult),
        "antiphon.models": CommandType(commands.ModelsParams, commands.ModelsResult),
        "antiphon.estimate": CommandType(commands.BroadcastParams, commands.EstimateResult),
        "antiphon.broadcast": CommandType(
            commands.BroadcastParams, commands.RunResult, cooperative=True
        ),
        "antiphon.regenerate": CommandType(
            commands.RegenerateParams, commands.RunResult, cooperative=True
        ),
        "antiphon.cancel": CommandType(commands.CancelParams, commands.CancelResult),
        "antiphon.session.list": CommandType(
            commands.SessionListParams, commands.SessionListResult
        ),
        "antiphon.session.open": CommandType(
            commands.SessionOpenParams, commands.SessionOpenResult
        ),
        "antiphon.open": CommandType(commands.OpenParams, commands.OpenResult),
    }
)
