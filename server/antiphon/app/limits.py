"""The person's settings, as limits of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.request.retry import RetryLimits
from antiphon.engine.request.timeouts import TimeLimits
from antiphon.engine.run.limits import BroadcastLimits

if TYPE_CHECKING:
    from antiphon.settings.schema.schema import Settings


def limits_of(settings: Settings) -> BroadcastLimits:
    """What `settings` say of broadcasts, in the engine's units."""
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
        shows_thinking=settings.stream.reasoning == "show",
    )
