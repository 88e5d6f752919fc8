"""The table of provider types."""

from __future__ import annotations

import gc
from typing import get_args

import pytest

from antiphon.providers.registry.adapter_types import (
    ADAPTERS,
    default_concurrency,
    import_without_collecting,
)
from antiphon.settings.schema.schema import ProviderSettings, ProviderType


def test_every_type_that_the_settings_allow_has_an_adapter():
    assert set(get_args(ProviderType)) == set(ADAPTERS)


@pytest.mark.parametrize(
    ("base_url", "places"),
    [
        ("https://api.example.com/v1", 8),
        ("http://192.168.1.7:8080/v1", 8),
        ("http://localhost:11434/v1", 1),
        ("http://api.localhost", 1),
        ("http://127.0.0.1:8080", 1),
        ("http://127.9.9.9", 1),
        ("http://[::1]:8080/v1", 1),
        ("https://localhost.example.com", 8),
        ("https://127.example.com/v1", 8),
    ],
)
def test_servers_on_this_machine_are_given_fewer_streams(base_url, places):
    row = ProviderSettings.model_validate({"baseUrl": base_url})
    assert default_concurrency(row) == places


def test_the_demo_has_many_places():
    assert default_concurrency(ProviderSettings(type="demo")) == 64


def test_what_an_import_made_is_never_walked():
    before = gc.get_freeze_count()
    try:
        import_without_collecting(lambda _row: None, ProviderSettings())
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_paused_for_an_import_and_then_as_before(enabled):
    seen: list[bool] = []

    def prepare(_row: object) -> None:
        seen.append(gc.isenabled())
        raise ImportError

    before = gc.isenabled()
    try:
        gc.enable() if enabled else gc.disable()
        with pytest.raises(ImportError):
            import_without_collecting(prepare, ProviderSettings())
        assert (seen, gc.isenabled()) == ([False], enabled)
    finally:
        gc.enable() if before else gc.disable()
