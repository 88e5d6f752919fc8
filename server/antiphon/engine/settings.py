"""The settings of the engine, in its own units: one value, replaced as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from antiphon.engine.run.limits import BroadcastLimits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.budget.budgets import Budget
    from antiphon.engine.planning.secret_scan import Mode


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What the user set, as far as the engine acts on it."""

    limits: BroadcastLimits = field(default_factory=BroadcastLimits)
    budgets: Sequence[Budget] = ()
    secrets_in_prompts: Mode = "warn"
    requests_per_minute: int | None = None
    """To each provider; `None` for as many as there are."""
    summary_model: str | None = None
    """The model of summaries and merges that name none."""
    retention_days: int | None = None
    """How long a conversation is kept that nobody uses; `None` for ever."""
    lineups: Mapping[str, Sequence[str]] = field(default_factory=dict[str, "Sequence[str]"])
    """Named groups of models."""
