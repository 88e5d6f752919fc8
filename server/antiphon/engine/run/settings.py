"""Holds the settings of runs, in the engine's units, replaced as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from antiphon.engine.planning.presets import Presets
from antiphon.engine.request.attempt import MOST_BYTES
from antiphon.engine.request.retry import RetryLimits
from antiphon.engine.request.timeouts import TimeLimits
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.budget.budgets import Budget
    from antiphon.engine.planning.plan import RunPlan
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

    def check_prompt(self, prompt: str) -> None:
        """Raises `AntiphonError` (`invalid_params`) for a prompt that is empty or too long."""
        if not prompt.strip():
            raise error(
                "invalid_params", "The prompt is empty.", hint="Write a prompt.", field="$.prompt"
            )
        size = len(prompt.encode("utf-8", "replace"))
        if size > self.max_prompt_bytes:
            raise error(
                "invalid_params",
                f"The prompt has {size:,} bytes; {self.max_prompt_bytes:,} are allowed.",
                hint="Shorten it, give files as context, or raise limits.maxPromptBytes.",
                field="$.prompt",
            )

    def check_panes(self, count: int) -> None:
        """Raises `AntiphonError` (`invalid_params`) for a run of too many panes."""
        if count > self.max_panes:
            raise error(
                "invalid_params",
                f"A run may have {self.max_panes} panes, not {count}.",
                hint="Name fewer models, or raise limits.maxPanesPerRun.",
                field="$.models",
            )

    def check_system(self, plan: RunPlan) -> None:
        """Raises `AntiphonError` (`invalid_params`) for a system prompt that is too long."""
        for message in (each for pane in plan.panes for each in pane.opening):
            size = len(message.content.encode("utf-8", "replace"))
            if message.role == "system" and size > self.max_prompt_bytes:
                raise error(
                    "invalid_params",
                    f"The system prompt has {size:,} bytes; {self.max_prompt_bytes:,} are allowed.",
                    hint="Shorten it, or raise limits.maxPromptBytes.",
                    field="$.system",
                )


class RunSettings(Struct, frozen=True):
    """The settings that affect runs."""

    limits: BroadcastLimits = field(default_factory=BroadcastLimits)
    budgets: Sequence[Budget] = ()
    secrets_in_prompts: Mode = "warn"
    requests_per_minute: int | None = None
    """To each provider; `None` for no limit."""
