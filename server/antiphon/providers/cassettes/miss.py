"""Builds the error of a request that a cassette has no answer to."""

from __future__ import annotations

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure


def replay_miss(provider: str) -> ProviderError:
    """Builds the error: nothing was sent, and asking again does not help."""
    return ProviderError(Failure.of("replay_miss", provider=provider), wait_hint="never")


def damaged_recording(provider: str, place: str) -> ProviderError:
    """Builds the error of a damaged recording, with the place in its file."""
    message = f"The cassette's file {place} is damaged, so there is no answer."
    failure = Failure.of("replay_miss", message, hint="Record it again.", provider=provider)
    return ProviderError(failure, wait_hint="never")
