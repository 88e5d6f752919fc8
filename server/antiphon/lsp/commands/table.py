"""Defines the argument and the result of each command, and nothing else does.

The generated schema, the TypeScript and Lua types and docs/protocol.md are made from this table.
Classes are given by name and imported when they are used: a start needs those of one command.
"""

from __future__ import annotations

import importlib
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from antiphon.model.wire import Empty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.model.wire import Wire

_EMPTY: Final = ""


class CommandType(NamedTuple):
    """The shape of one command of `workspace/executeCommand`."""

    module: str
    """Where its classes are, below `antiphon.model.commands`."""
    params_name: str
    """The class of its argument; empty for an argument without fields."""
    result_name: str
    """The class of its result, likewise."""
    cooperative: bool = False
    """A stopped command still returns its result: a cancelled run is summarized like any other."""
    endless: bool = False
    """It lasts until it is cancelled, so that nobody waits for its answer."""

    @property
    def params(self) -> type[Wire]:
        """The class of its argument."""
        return self.load_params()

    @property
    def result(self) -> type[Wire]:
        """The class of its result."""
        return self._class(self.result_name)

    @property
    def is_loaded(self) -> bool:
        """Whether its classes are imported already."""
        return self._path in sys.modules

    def load_params(self) -> type[Wire]:
        """Imports the class of its argument, unless it is imported already."""
        return self._class(self.params_name)

    @property
    def _path(self) -> str:
        return f"antiphon.model.commands.{self.module}"

    def _class(self, name: str) -> type[Wire]:
        return getattr(importlib.import_module(self._path), name) if name else Empty


COMMANDS: Final[Mapping[str, CommandType]] = MappingProxyType(
    {
        "antiphon.health": CommandType("models", _EMPTY, "HealthResult"),
        "antiphon.models": CommandType("models", "ModelsParams", "ModelsResult"),
        "antiphon.estimate": CommandType("runs", "BroadcastParams", "EstimateResult"),
        "antiphon.broadcast": CommandType("runs", "BroadcastParams", "RunResult", cooperative=True),
        "antiphon.regenerate": CommandType(
            "runs", "RegenerateParams", "RunResult", cooperative=True
        ),
        "antiphon.cancel": CommandType("runs", "CancelParams", "CancelResult"),
        "antiphon.session.list": CommandType("sessions", "SessionListParams", "SessionListResult"),
        "antiphon.session.open": CommandType("sessions", "SessionOpenParams", "SessionOpenResult"),
        "antiphon.session.follow": CommandType(
            "follow", "SessionFollowParams", "SessionFollowResult", cooperative=True, endless=True
        ),
        "antiphon.session.rename": CommandType("sessions", "SessionRenameParams", "SessionResult"),
        "antiphon.session.tag": CommandType("sessions", "SessionTagParams", "SessionResult"),
        "antiphon.session.delete": CommandType("sessions", "SessionDeleteParams", _EMPTY),
        "antiphon.session.share": CommandType(
            "sessions", "SessionShareParams", "SessionShareResult"
        ),
        "antiphon.session.fork": CommandType("sessions", "SessionForkParams", "SessionResult"),
        "antiphon.session.export": CommandType(
            "sessions", "SessionExportParams", "SessionExportResult"
        ),
        "antiphon.session.import": CommandType("sessions", "SessionImportParams", "SessionResult"),
        "antiphon.history.search": CommandType("search", "SearchParams", "SearchResult"),
        "antiphon.history.stats": CommandType("maintenance", _EMPTY, "HistoryStats"),
        "antiphon.history.vacuum": CommandType("maintenance", _EMPTY, "VacuumResult"),
        "antiphon.history.verify": CommandType("maintenance", _EMPTY, "VerifyResult"),
        "antiphon.compare": CommandType("comparison", "CompareParams", "CompareResult"),
        "antiphon.consensus": CommandType("comparison", "ConsensusParams", "ConsensusResult"),
        "antiphon.sendTo": CommandType(
            "transfer", "SendToParams", "SendToResult", cooperative=True
        ),
        "antiphon.summarize": CommandType(
            "transfer", "SummarizeParams", "DigestResult", cooperative=True
        ),
        "antiphon.merge": CommandType("transfer", "MergeParams", "DigestResult", cooperative=True),
        "antiphon.digest.estimate": CommandType(
            "transfer", "DigestEstimateParams", "DigestEstimateResult"
        ),
        "antiphon.prompt.read": CommandType("prompts", "PromptReadParams", "PromptReadResult"),
        "antiphon.prompt.run": CommandType(
            "prompts", "PromptRunParams", "PromptRunResult", cooperative=True
        ),
        "antiphon.prompt.estimate": CommandType(
            "prompts", "PromptRunParams", "PromptEstimateResult"
        ),
        "antiphon.prompt.list": CommandType("prompts", _EMPTY, "PromptListResult"),
        "antiphon.prompt.import": CommandType(
            "prompts", "PromptImportParams", "PromptImportResult"
        ),
        "antiphon.prompt.export": CommandType(
            "prompts", "PromptExportParams", "PromptExportResult"
        ),
        "antiphon.pipeline.list": CommandType("pipelines.library", _EMPTY, "PipelineListResult"),
        "antiphon.pipeline.get": CommandType(
            "pipelines.library", "PipelineIdParams", "PipelineResult"
        ),
        "antiphon.pipeline.check": CommandType(
            "pipelines.library", "PipelineCheckParams", "PipelineCheckResult"
        ),
        "antiphon.pipeline.save": CommandType(
            "pipelines.library", "PipelineSaveParams", "PipelineResult"
        ),
        "antiphon.pipeline.rename": CommandType(
            "pipelines.library", "PipelineRenameParams", "PipelineResult"
        ),
        "antiphon.pipeline.duplicate": CommandType(
            "pipelines.library", "PipelineDuplicateParams", "PipelineResult"
        ),
        "antiphon.pipeline.delete": CommandType("pipelines.library", "PipelineIdParams", _EMPTY),
        "antiphon.pipeline.export": CommandType(
            "pipelines.library", "PipelineExportParams", "PipelineExportResult"
        ),
        "antiphon.pipeline.import": CommandType(
            "pipelines.library", "PipelineImportParams", "PipelineImportResult"
        ),
        "antiphon.pipeline.record": CommandType(
            "pipelines.library", "PipelineRecordParams", "PipelineRecordResult"
        ),
        "antiphon.pipeline.run": CommandType(
            "pipelines.runs", "PipelineRunParams", "PipelineRunResult", cooperative=True
        ),
        "antiphon.pipeline.runs": CommandType(
            "pipelines.runs", "PipelineRunsParams", "PipelineRunsResult"
        ),
        "antiphon.pipeline.drift": CommandType(
            "pipelines.runs", "PipelineDriftParams", "PipelineDriftResult"
        ),
        "antiphon.code.propose": CommandType("code", "CodeProposeParams", "CodeProposeResult"),
        "antiphon.code.apply": CommandType("code", "CodeApplyParams", "CodeApplyResult"),
        "antiphon.meter": CommandType("meter", "MeterParams", "MeterResult"),
        "antiphon.open": CommandType("documents", "OpenParams", "OpenResult"),
        "antiphon.config": CommandType("config", _EMPTY, "ConfigResult"),
        "antiphon.keys.set": CommandType("keys", "KeysSetParams", "KeysSetResult"),
        "antiphon.keys.status": CommandType("keys", _EMPTY, "KeysStatusResult"),
        "antiphon.keys.delete": CommandType("keys", "KeysDeleteParams", "KeysDeleteResult"),
    }
)
