"""Describes entries of line-ups, and presets, in a line each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from antiphon.model.commands.models import Preset
    from antiphon.model.commands.runs import ModelChoice


def describe_entry(entry: str | ModelChoice) -> str:
    """Returns a model's name, with what a line-up says about its pane in brackets."""
    if isinstance(entry, str):
        return entry
    about = ", ".join([*([entry.title] if entry.title else []), *_list_params(entry)])
    return f"{entry.model} ({about})" if about else entry.model


def describe_preset(preset: Preset) -> str:
    """Returns the model of a preset, its title, its parameters and its system prompt."""
    parts = [preset.model, *([f'"{preset.title}"'] if preset.title else []), *_list_params(preset)]
    if preset.system:
        parts.append(f"system {json.dumps(preset.system, ensure_ascii=False)}")
    return ", ".join(parts)


def _list_params(choice: ModelChoice) -> Iterator[str]:
    for name, value in (choice.params.to_wire() if choice.params else {}).items():
        yield f"{name}={json.dumps(value, ensure_ascii=False)}"
