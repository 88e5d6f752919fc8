"""Settings for the registry's tests, made as the settings package makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure, FailureKind
from antiphon.providers.registry.registry import Registry
from antiphon.settings.schema.api_key import look_up_key
from antiphon.settings.sources.load import load_settings

if TYPE_CHECKING:
    from antiphon.engine.ports import Clock
    from antiphon.providers.registry.sharing import ProviderSharing
    from antiphon.settings.schema.schema import Settings

KEY = "sk-planted-0123456789"
CLOSED_PORT = "http://127.0.0.1:9/v1"
"""The discard service: nothing listens there."""


def settings(**providers: dict[str, Any]) -> Settings:
    """Settings with these rows besides the built-in ones."""
    options = {"providers": providers}
    loaded = load_settings(config_path=None, environ={}, initialization_options=options)
    assert not loaded.problems
    return loaded.settings


def registry(
    environ: dict[str, str] | None = None,
    clock: Clock | None = None,
    shared: ProviderSharing | None = None,
    **providers: dict[str, Any],
) -> Registry:
    """A registry as `antiphon.app` makes it."""
    more = {} if clock is None else {"clock": clock}
    return Registry(
        settings(**providers),
        key_of=lambda _, row: look_up_key(row, environ or {}),
        shared=shared,
        **more,
    )


def problem(kind: FailureKind, retry_after_ms: int | None = None) -> ProviderError:
    return ProviderError(Failure.of(kind, retry_after_ms=retry_after_ms))
