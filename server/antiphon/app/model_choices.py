"""Translates line-ups and presets of the settings into those of the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from antiphon.model.commands.models import Preset
from antiphon.model.commands.runs import ModelChoice

if TYPE_CHECKING:
    from antiphon.settings.schema.models import ChoiceSettings, ModelSettings, PresetSettings


def to_presets(models: ModelSettings) -> dict[str, Preset]:
    """Returns the presets by name."""
    return {name: Preset.model_validate(_fields(row)) for name, row in models.presets.items()}


def to_lineups(models: ModelSettings) -> dict[str, list[str | ModelChoice]]:
    """Returns the line-ups by name."""
    return {
        name: [
            each if isinstance(each, str) else ModelChoice.model_validate(_fields(each))
            for each in entries
        ]
        for name, entries in models.lineups.items()
    }


def _fields(row: ChoiceSettings | PresetSettings) -> dict[str, Any]:
    return row.model_dump(mode="json", exclude_defaults=True)
