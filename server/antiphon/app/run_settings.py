"""Translates the user's settings into the units of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.app.model_choices import to_presets
from antiphon.engine.budget.budgets import Budget
from antiphon.engine.planning.pane_selection import Presets
from antiphon.engine.request.retry import RetryLimits
from antiphon.engine.request.timeouts import TimeLimits
from antiphon.engine.run.settings import BroadcastLimits, RunSettings

if TYPE_CHECKING:
    from antiphon.settings.schema.schema import Settings


def run_settings(settings: Settings) -> RunSettings:
    """Returns what `settings` mean to runs."""
    return RunSettings(
        limits=_limits(settings),
        budgets=[Budget(**dict(row)) for row in settings.budgets],
        secrets_in_prompts=settings.limits.secrets_in_prompts,
        requests_per_minute=settings.limits.requests_per_minute,
    )


def _limits(settings: Settings) -> BroadcastLimits:
    timeouts, retry, limits = settings.timeouts, settings.retry, settings.limits
    return BroadcastLimits(
        max_prompt_bytes=limits.max_prompt_bytes,
        max_context_bytes=limits.max_context_bytes,
        max_panes=limits.max_panes_per_run,
        max_answer_bytes=limits.max_answer_bytes,
        frame_s=settings.stream.flush_ms / 1000,
        time=TimeLimits(
            connect=timeouts.connect_ms / 1000,
            first_token=timeouts.first_token_ms / 1000,
            first_token_reasoning=timeouts.first_token_reasoning_ms / 1000,
            idle=timeouts.idle_ms / 1000,
            total=timeouts.total_ms / 1000,
        ),
        retry=RetryLimits(
            max_attempts=retry.max_attempts,
            base_delay_s=retry.base_delay_ms / 1000,
            max_delay_s=retry.max_delay_ms / 1000,
        ),
        default_models=settings.models.default,
        presets=Presets(to_presets(settings.models)),
        shows_thinking=settings.stream.reasoning == "show",
    )
