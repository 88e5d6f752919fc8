"""Defines the base class of every group of settings."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

USER_ONLY: Final = "x-userOnly"
"""Marks a field that names an address, a program, a file or a key, or protects the user."""
SECRET: Final = "x-secret"  # noqa: S105 - a mark, not a secret
"""Marks a field whose value is never shown."""


class Section(BaseModel):
    """Base of every group of settings: frozen, without values in errors."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="forbid",
        defer_build=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
    )
