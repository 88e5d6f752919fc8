"""Defines the settings of budgets, see docs/budgets.md."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from antiphon.settings.schema.field_types import Dollars, ModelId, ProviderName, Share, Word
from antiphon.settings.schema.section import Section


class BudgetSettings(Section):
    """One budget: how much may be spent, for what, and what happens at the limit."""

    scope: Annotated[Literal["run", "session", "day", "month"], Word] = Field(
        description="What it limits: each run, session, day or month, by the server's clock."
    )
    limit: Dollars = Field(description="US dollars, as a decimal string.")
    provider: ProviderName | None = Field(
        default=None, description="Only what this provider's models cost counts."
    )
    model: ModelId | None = Field(default=None, description="Only what this model costs counts.")
    warn_at: Share = Field(
        default=Decimal("0.8"),
        description="The share of the limit at which there is a warning, once.",
    )
    action: Annotated[Literal["block", "warn"], Word] = Field(
        default="block",
        description="When it is used up: `block` refuses what is not confirmed and cuts answers "
        "that exceed it; `warn` only warns, once.",
    )
