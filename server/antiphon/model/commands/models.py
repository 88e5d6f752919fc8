"""Defines the arguments and results of `antiphon.models` and `antiphon.health`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from antiphon.model.commands.runs import ModelChoice
from antiphon.model.values.model_info import ModelInfo, ProviderStatus
from antiphon.model.wire import Absent, Wire


class ModelsParams(Wire):
    """`refresh` asks the providers again, `query` filters by a part of the id."""

    refresh: Absent[bool] = None
    query: Absent[str] = None
    providers: Absent[list[str]] = None
    """Only the models of these; the others are not asked for their lists. Empty means all."""
    ids: Absent[bool] = None
    """Returns the ids of the models that can be asked now, instead of their cards."""


class PriceSource(Wire):
    """The source of prices and limits that neither settings nor providers give."""

    source: str
    """The table and its version: `litellm 1.84.0`."""
    date: Absent[str] = None
    """The day on which it was published, if that is known."""


class Preset(ModelChoice):
    """A name for a model with its system prompt and parameters: `models.presets`.

    `@<name>` asks it wherever a model's id may be given.
    """

    system: Absent[str] = None
    """A system prompt that the request has is used instead."""


class ModelsResult(Wire):
    """Every model that can be named, available ones first."""

    models: list[ModelInfo]
    default: list[str] = Field(default_factory=list[str])
    """The models, or presets as `@<name>`, that are asked if none are named."""
    lineups: dict[str, list[str | ModelChoice]] = Field(
        default_factory=dict[str, list[str | ModelChoice]]
    )
    presets: dict[str, Preset] = Field(default_factory=dict[str, Preset])
    """By name, without the `@`."""
    prices: Absent[PriceSource] = None
    ids: Absent[list[str]] = None
    """If they were asked for; `models` is empty then."""


class HistoryStatus(Wire):
    """Where the history is kept."""

    backend: Literal["sqlite", "postgresql"]
    schema_version: int
    location: str
    problem: Absent[str] = None
    """Why answers are not being stored at the moment, and what to do."""
    engine: Absent[str] = None
    """The database and its version: `SQLite 3.45.1`."""
    note: Absent[str] = None
    """A known error of that version, and how Antiphon avoids it."""


class LimitsStatus(Wire):
    """Whether the limits of requests and slots are counted together with other servers'."""

    shared: bool
    problem: Absent[str] = None
    """Why they are not, and what to do."""


class HealthResult(Wire):
    """The server's own state."""

    version: str
    protocol: Literal[1] = 1
    uptime_ms: int
    providers: list[ProviderStatus]
    history: HistoryStatus
    limits: Absent[LimitsStatus] = None
    """With `limits.redisUrl` only."""
    problems: Absent[list[str]] = None
    """Settings that are not valid, each with the field's name."""
    features: list[str] = Field(default_factory=list[str])
    """What this server has beyond the first version of the protocol: `prompts`, `pipelines`."""
