"""Resolves `@<name>`: a preset in the place of a model's id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.model.closest_names import closest_names
from antiphon.model.commands.runs import ModelChoice
from antiphon.model.conversation.session import Params
from antiphon.model.failure import AntiphonError, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.model.commands.models import Preset

SIGN: Final = "@"
"""What a preset's name begins with; no provider's name does."""
_MOST_NAMED: Final = 3


class ChosenModel(Struct, frozen=True):
    """A model to ask, with what its choice and its preset say about the pane."""

    model: str
    title: str | None = None
    """The title that the choice itself has."""
    preset_title: str | None = None
    """The title of the preset, if one was named."""
    own: Params | None = None
    """The choice's own parameters, which come before those of the request."""
    preset: Params | None = None
    """The preset's parameters, which come after those of the request."""

    def merge_params(self, general: Params | None) -> Params:
        """Returns the parameters of the pane, `general` being those of the request."""
        merged = (general or Params()).over(self.preset or Params())
        return self.own.over(merged) if self.own else merged


class Presets:
    """The user's presets, by name."""

    def __init__(self, presets: Mapping[str, Preset] | None = None) -> None:
        self._presets = presets or {}

    def resolve(self, choice: str | ModelChoice, field: str) -> ChosenModel:
        """Returns the model that `choice` means.

        Raises `AntiphonError` (`model_not_found`) with `field` for a preset that does not exist.
        """
        if isinstance(choice, str):
            choice = ModelChoice(model=choice)
        if not choice.model.startswith(SIGN):
            return ChosenModel(choice.model, choice.title, own=choice.params)
        preset = self._presets.get(choice.model.removeprefix(SIGN))
        if preset is None:
            raise self._unknown(choice.model, field)
        title = preset.title or choice.model.removeprefix(SIGN)
        params = Params(system=preset.system).over(preset.params or Params())
        return ChosenModel(preset.model, choice.title, title, choice.params, params)

    def to_model_id(self, choice: str | ModelChoice) -> str:
        """Returns the id of the model that `choice` means, or an unknown name itself."""
        name = choice if isinstance(choice, str) else choice.model
        preset = self._presets.get(name.removeprefix(SIGN)) if name.startswith(SIGN) else None
        return preset.model if preset else name

    def gave_title(self, title: str, model: str) -> bool:
        """Checks whether `title` came from a preset of this model."""
        bare, _, number = title.rpartition("#")
        names = {title, bare} if number.isdecimal() else {title}
        return any(
            (preset.title or name) in names and preset.model == model
            for name, preset in self._presets.items()
        )

    def _unknown(self, name: str, field: str) -> AntiphonError:
        bare = name.removeprefix(SIGN)
        nearest = closest_names(bare, self._presets, likeness=0, limit=_MOST_NAMED)
        hint = "Define it in models.presets of the settings, or name a model."
        if nearest:
            hint = f"The nearest are {', '.join(SIGN + each for each in nearest)}."
        message = f"There is no preset {name!r}."
        return AntiphonError(Failure.of("model_not_found", message, hint=hint), field=field)
