"""Defines the settings of models: the default ones, line-ups and presets.

A preset has no field for an address or a key, and unknown fields are refused: a provider is named
by its id alone, so a workspace may define presets too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Discriminator, Field, Tag

from antiphon.model.conversation.session import ReasoningEffort  # noqa: TC001 - pydantic reads it
from antiphon.settings.schema.field_types import (
    Line,
    ModelId,
    ModelName,
    Positive,
    PresetName,
    Probability,
    Seed,
    Temperature,
    Title,
    Word,
)
from antiphon.settings.schema.section import Section

_SAME_AS_IN_A_REQUEST: Final = "As in a request."


class ParamsSettings(Section):
    """The parameters of a preset or of a line-up's entry, as a request has them."""

    temperature: Temperature | None = Field(default=None, description=_SAME_AS_IN_A_REQUEST)
    max_tokens: Positive | None = Field(
        default=None, description="How many tokens the answer may have."
    )
    system: str | None = Field(
        default=None,
        description="The system prompt; of a preset, `system` beside `params` counts.",
        repr=False,
    )
    seed: Seed | None = Field(default=None, description=_SAME_AS_IN_A_REQUEST)
    top_p: Probability | None = Field(default=None, description=_SAME_AS_IN_A_REQUEST)
    stop: tuple[str, ...] = Field(default=(), description="Texts at which the answer ends.")
    reasoning_effort: Annotated[ReasoningEffort, Word] | None = Field(
        default=None, description="How much a reasoning model may reason."
    )


class ChoiceSettings(Section):
    """One entry of a line-up that is more than a model's name."""

    model: ModelName = Field(description="A model's id, or `@<preset>`.")
    title: Title | None = Field(default=None, description="The title of its pane.")
    params: ParamsSettings = Field(
        default=ParamsSettings(), description="Its parameters, as a request may have them."
    )


class PresetSettings(Section):
    """One preset. `@<name>` asks its model with its system prompt and its parameters."""

    model: ModelId = Field(description="The id of its model.")
    title: Title | None = Field(
        default=None, description="The title of its panes. By default the preset's name."
    )
    system: str | None = Field(
        default=None,
        description="Its system prompt. One that a request has is used instead.",
        repr=False,
    )
    params: ParamsSettings = Field(
        default=ParamsSettings(), description="Its parameters, as a request may have them."
    )


def _kind_of_entry(value: object) -> str:
    return "model-choice" if isinstance(value, Mapping | ChoiceSettings) else "model-name"


LineupEntry = Annotated[
    Annotated[ModelName, Tag("model-name")] | Annotated[ChoiceSettings, Tag("model-choice")],
    Discriminator(_kind_of_entry),
]
"""A tag has a hyphen so that no problem's path repeats it (`describe_validation_error`)."""


class ModelSettings(Section):
    """The models that are asked."""

    default: tuple[ModelName, ...] = Field(
        default=(),
        description="The models, or presets as `@<name>`, that a broadcast asks if it names none.",
    )
    lineups: Mapping[Line, tuple[LineupEntry, ...]] = Field(
        default_factory=dict[str, tuple[str | ChoiceSettings, ...]],
        description="Named lists of models that are asked together. An entry is a model's id, "
        "`@<preset>`, or an object with `model`, `title` and `params`.",
    )
    presets: Mapping[PresetName, PresetSettings] = Field(
        default_factory=dict[str, PresetSettings],
        description="Names for a model with its system prompt and parameters.",
    )


class SummarizeSettings(Section):
    """How answers are summarized and merged."""

    model: ModelName | None = Field(
        default=None,
        description="The model, or `@<preset>`, that summarizes and merges if none is named. By "
        "default the first of `models.default`, or else the model of the first answer.",
    )
