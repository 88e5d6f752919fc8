"""Which command takes which argument and gives which result; nothing else decides.

The generated schema, the TypeScript and Lua types and docs/protocol.md are made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from antiphon.model.commands import (
    code,
    comparison,
    config,
    documents,
    keys,
    maintenance,
    meter,
    models,
    runs,
    search,
    sessions,
    transfer,
)
from antiphon.model.wire import Empty

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
        "antiphon.health": CommandType(Empty, models.HealthResult),
        "antiphon.models": CommandType(models.ModelsParams, models.ModelsResult),
        "antiphon.estimate": CommandType(runs.BroadcastParams, runs.EstimateResult),
        "antiphon.broadcast": CommandType(runs.BroadcastParams, runs.RunResult, cooperative=True),
        "antiphon.regenerate": CommandType(runs.RegenerateParams, runs.RunResult, cooperative=True),
        "antiphon.cancel": CommandType(runs.CancelParams, runs.CancelResult),
        "antiphon.session.list": CommandType(
            sessions.SessionListParams, sessions.SessionListResult
        ),
        "antiphon.session.open": CommandType(
            sessions.SessionOpenParams, sessions.SessionOpenResult
        ),
        "antiphon.session.rename": CommandType(
            sessions.SessionRenameParams, sessions.SessionResult
        ),
        "antiphon.session.tag": CommandType(sessions.SessionTagParams, sessions.SessionResult),
        "antiphon.session.delete": CommandType(sessions.SessionDeleteParams, Empty),
        "antiphon.session.fork": CommandType(sessions.SessionForkParams, sessions.SessionResult),
        "antiphon.session.export": CommandType(
            sessions.SessionExportParams, sessions.SessionExportResult
        ),
        "antiphon.session.import": CommandType(
            sessions.SessionImportParams, sessions.SessionResult
        ),
        "antiphon.history.search": CommandType(search.SearchParams, search.SearchResult),
        "antiphon.history.stats": CommandType(Empty, maintenance.HistoryStats),
        "antiphon.history.vacuum": CommandType(Empty, maintenance.VacuumResult),
        "antiphon.history.verify": CommandType(Empty, maintenance.VerifyResult),
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
        "antiphon.open": CommandType(documents.OpenParams, documents.OpenResult),
        "antiphon.config": CommandType(Empty, config.ConfigResult),
        "antiphon.keys.set": CommandType(keys.KeysSetParams, keys.KeysSetResult),
        "antiphon.keys.status": CommandType(Empty, keys.KeysStatusResult),
        "antiphon.keys.delete": CommandType(keys.KeysDeleteParams, keys.KeysDeleteResult),
    }
)
