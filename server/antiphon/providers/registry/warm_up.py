"""Prepares the providers that will probably be asked first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.model.values.ids import split_model_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.providers.registry.registry import Registry

_LIGHT_TYPES: Final = frozenset({"demo", "openai"})
"""Warmed up even if no model of theirs is named; a vendor's own package is not: that a key is in
the environment does not say that it will be used here."""


async def warm_up(registry: Registry, model_ids: Iterable[str]) -> None:
    """Imports what answers of these models will need, while the user is still typing."""
    named = {split_model_id(model_id)[0] for model_id in model_ids}
    rows = registry.configured_rows()
    for status in registry.statuses():
        light = rows[status.name].type in _LIGHT_TYPES
        if status.available and (light or status.name in named):
            await registry.prepare(status.name)
