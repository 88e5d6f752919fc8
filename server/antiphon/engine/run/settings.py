"""Holds the settings of runs, in the engine's units, replaced as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from antiphon.engine.planning.pane_selection import Presets
from antiphon.engine.request.attempt import MOST_BYTES
from antiphon.engine.request.retry import RetryLimits
from antiphon.engine.request.timeouts import TimeLimits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.budget.budgets import Budget
    from antiphon.engine.planning.secret_scan import Mode


class BroadcastLimits(Struct, frozen=True):
    """The user's settings for broadcasts."""

    max_prompt_bytes: int = 1024 * 1024
    max_context_bytes: int = 4 * 1024 * 1024
    max_panes: int = 50
    max_answer_bytes: int = MOST_BYTES
    frame_s: float = 0.016
    time: TimeLimits = field(default_factory=TimeLimits)
    retry: RetryLimits = field(default_factory=RetryLimits)
    default_models: Sequence[str] = ()
    presets: Presets = field(default_factory=Presets)
    shows_thinking: bool = False
    """Whether the models' reasoning is shown in their panes, and stored."""


class RunSettings(Struct, frozen=True):
    """The settings that affect runs."""

    limits: BroadcastLimits = field(default_factory=BroadcastLimits)
    budgets: Sequence[Budget] = ()
    secrets_in_prompts: Mode = "warn"
    requests_per_minute: int | None = None
    """To each provider; `None` for no limit."""
