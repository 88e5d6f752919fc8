"""Converts what a document declares to what clients receive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.commands.prompts import PromptInput

if TYPE_CHECKING:
    from antiphon.engine.prompts.inputs import InputField


def to_wire_input(field: InputField) -> PromptInput:
    """Returns an input as clients receive it."""
    return PromptInput(
        name=field.name,
        description=field.description,
        default=field.default,
        required=field.required and field.default is None,
        enum=list(field.enum) or None,
    )
