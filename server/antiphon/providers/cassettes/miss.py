"""Builds the error of a request that a cassette has no answer to."""

from __future__ import annotations

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure


def replay_miss(provider: str) -> ProviderError:
    """Builds the error: nothing was sent, and asking again does not help."""
    return ProviderError(Failure.of("replay_miss", provider=provider), wait_hint="never")
