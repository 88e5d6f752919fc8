"""Checks the models that a prompt file names against what the providers list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from antiphon.engine.source_text.problems import SourceProblem
from antiphon.model.closest_names import closest_models, closest_names
from antiphon.model.commands.runs import ModelChoice
from antiphon.model.values.ids import split_model_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from antiphon.engine.ports import Providers
    from antiphon.engine.prompts.parsing.models import LineupName, ModelEntry
    from antiphon.model.failure import FailureKind
    from antiphon.model.values.model_info import ModelInfo

Lineups = Callable[[], Mapping[str, Sequence[str | ModelChoice]]]


class CatalogCheck:
    """What is known about models without asking a provider again."""

    def __init__(
        self,
        providers: Providers,
        lineups: Lineups,
        default_models: Callable[[], Sequence[str | ModelChoice]],
        presets: Callable[[], Mapping[str, str] | None],
    ) -> None:
        """Creates the check.

        `presets` returns the model's id of each preset by its name, or `None` if nobody knows
        them: then every preset is accepted, and a run decides.
        """
        self.providers = providers
        self.lineups = lineups
        self.default_models = default_models
        self.presets = presets
        self._listed: dict[str, dict[str, ModelInfo]] = {}

    def listed(self) -> Iterator[ModelInfo]:
        """Yields the models that providers have listed so far."""
        for models in self._listed.values():
            yield from models.values()

    async def learn(self, provider_names: Collection[str]) -> bool:
        """Asks these providers for their lists once, and returns whether any was new."""
        missing = {*provider_names} - {*self._listed}
        if not missing:
            return False
        for model in await self.providers.models(providers=missing):
            self._listed.setdefault(model.provider, {})[model.id] = model
        for name in missing:
            self._listed.setdefault(name, {})
        return True

    async def learn_all(self) -> None:
        """Asks every provider for its list, unless that was done."""
        await self.providers.discover()
        await self.learn(self.providers.names())

    def forget(self) -> None:
        """Forgets the lists, since the settings or a key have changed."""
        self._listed.clear()

    def expand(
        self, models: Sequence[ModelEntry], lineup: LineupName | None
    ) -> list[str | ModelChoice]:
        """Returns the models that a document asks, without those of `models.default`."""
        found = [entry.to_choice() for entry in models]
        return [*found, *(self.lineups().get(lineup.name, ()) if lineup is not None else ())]

    def model_id(self, choice: str | ModelChoice) -> str | None:
        """Returns the model's id, or `None` for a preset that is not known."""
        name = choice if isinstance(choice, str) else choice.model
        return (self.presets() or {}).get(name[1:]) if name.startswith("@") else name

    def check_lineup(self, lineup: LineupName) -> Iterator[SourceProblem]:
        """Yields the problem of a line-up that no setting defines."""
        known = self.lineups()
        if lineup.name not in known:
            near = closest_names(lineup.name, known, likeness=0.5)
            names = ", ".join(sorted(known)) or "none is set"
            message = f"There is no line-up {lineup.name!r}. Line-ups: {names}."
            yield SourceProblem(
                message, lineup.start, lineup.end, "model_not_found", replacements=near
            )

    def check_model(self, entry: ModelEntry) -> Iterator[SourceProblem]:
        """Yields the problem of a model that is not known or not available."""
        if entry.model.startswith("@"):
            yield from self._check_preset(entry)
            return
        provider, name = split_model_id(entry.model)
        if provider not in self.providers.names() or not name:
            near = list(self.providers.nearest_models(entry.model))
            message = f"No provider is configured for the model {entry.model!r}."
            yield _unknown(entry, message, near)
            return
        listed = self._listed.get(provider)
        if listed and entry.model not in listed:
            near = closest_models(entry.model, listed)
            yield _unknown(entry, f"{provider} does not list the model {name!r}.", near, "warning")
            return
        info = self.providers.model_info(entry.model)
        if not info.available:
            reason = info.reason or "it cannot be asked now"
            message = f"{entry.model} is not available: {reason}."
            kind: FailureKind = "authentication" if "key" in reason.casefold() else "network"
            yield SourceProblem(message, entry.start, entry.end, kind, "warning")

    def _check_preset(self, entry: ModelEntry) -> Iterator[SourceProblem]:
        known = self.presets()
        if known is None or entry.model[1:] in known:
            return
        near = [f"@{name}" for name in closest_names(entry.model[1:], known, likeness=0.5, limit=3)]
        yield _unknown(entry, f"There is no preset {entry.model!r}.", near)


def _unknown(
    entry: ModelEntry, message: str, near: Sequence[str], severity: str = "error"
) -> SourceProblem:
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return SourceProblem(
        message + hint,
        entry.start,
        entry.end,
        "model_not_found",
        "warning" if severity == "warning" else "error",
        replacements=near,
    )
