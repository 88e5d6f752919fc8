"""Reports the server's own state: `antiphon.health`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.model.commands.models import HealthResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports import Clock, History, ProviderHealth
    from antiphon.engine.ports.shared_limits import SharedLimits
    from antiphon.engine.redaction import Redactor


FEATURES: Final = ("prompts", "pipelines")
"""What clients may look for before they use it."""


class Health:
    """How the providers and the history fare, and for how long the server has run."""

    def __init__(
        self,
        version: str,
        history: History,
        providers: ProviderHealth,
        redactor: Redactor,
        clock: Clock,
        *,
        started: float | None = None,
        limits: SharedLimits | None = None,
    ) -> None:
        """Reports by these, with a server that `started` now if no other time is given."""
        self._limits = limits
        self._version = version
        self._history = history
        self._providers = providers
        self._redactor = redactor
        self._clock = clock
        self._started = clock() if started is None else started

    def report(self, problems: Sequence[str]) -> HealthResult:
        """Returns the present state, with `problems` of the settings."""
        return HealthResult(
            version=self._version,
            uptime_ms=round((self._clock() - self._started) * 1000),
            providers=[
                self._redactor.clean_reason(status) for status in self._providers.statuses()
            ],
            history=self._history.status(),
            limits=None if self._limits is None else self._limits.status(),
            problems=list(problems) or None,
            features=list(FEATURES),
        )
