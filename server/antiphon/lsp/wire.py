"""Which command takes which argument and gives which result; nothing else decides.

The generated schema, the TypeScript and Lua types and docs/protocol.md are made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from antiphon.model import (
    code,
    commands,
    comparison,
    config,
    keys,
    meter,
    search,
    session_commands,
    transfer,
    upkeep,
)

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
        "antiphon.session.rename": CommandType(
            session_commands.SessionRenameParams, session_commands.SessionResult
        ),
        "antiphon.session.tag": CommandType(
            session_commands.SessionTagParams, session_commands.SessionResult
        ),
        "antiphon.session.delete": CommandType(
            session_commands.SessionDeleteParams, commands.Nothing
        ),
        "antiphon.session.fork": CommandType(
            session_commands.SessionForkParams, session_commands.SessionResult
        ),
        "antiphon.session.export": CommandType(
            session_commands.SessionExportParams, session_commands.SessionExportResult
        ),
        "antiphon.session.import": CommandType(
            session_commands.SessionImportParams, session_commands.SessionResult
        ),
        "antiphon.history.search": CommandType(search.SearchParams, search.SearchResult),
        "antiphon.history.stats": CommandType(commands.Nothing, upkeep.HistoryStats),
        "antiphon.history.vacuum": CommandType(commands.Nothing, upkeep.VacuumResult),
        "antiphon.history.verify": CommandType(commands.Nothing, upkeep.VerifyResult),
        "antiphon.compare": CommandType(comparison.CompareParams, comparison.CompareResult),
        "antiphon.consensus": CommandType(comparison.ConsensusParams, comparison.ConsensusResult),
        "antiphon.sendTo": CommandType(
            transfer.SendToParams, transfer.SendToResult, cooperative=True
        ),
        "antiphon.summarize": CommandType(
            transfer.SummarizeParams, transfer.DigestResult, cooperative=True
        ),
        "antiphon.merge": CommandType(
            transfer.MergeParams, transfer.DigestResult, cooperative=True
        ),
        "antiphon.code.propose": CommandType(code.CodeProposeParams, code.CodeProposeResult),
        "antiphon.code.apply": CommandType(code.CodeApplyParams, code.CodeApplyResult),
        "antiphon.meter": CommandType(meter.MeterParams, meter.MeterResult),
        "antiphon.open": CommandType(commands.OpenParams, commands.OpenResult),
        "antiphon.config": CommandType(commands.Nothing, config.ConfigResult),
        "antiphon.keys.set": CommandType(keys.KeysSetParams, keys.KeysSetResult),
        "antiphon.keys.status": CommandType(commands.Nothing, keys.KeysStatusResult),
        "antiphon.keys.delete": CommandType(keys.KeysDeleteParams, keys.KeysDeleteResult),
    }
)
