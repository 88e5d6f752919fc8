"""Selects the panes of a broadcast: new ones for models, stored ones to continue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.model.closest_names import closest_names
from antiphon.model.commands.runs import ModelChoice
from antiphon.model.conflicts import named_twice, still_answering
from antiphon.model.conversation.session import (
    Pane,
    Params,
    Session,
    derive_title,
    number_titles,
    title_panes,
    to_slug,
)
from antiphon.model.failure import AntiphonError, Failure, error
from antiphon.model.values.ids import new_id, split_model_id
from antiphon.model.values.times import now
from antiphon.model.values.uri import pane_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from antiphon.engine.ports import History, Providers
    from antiphon.model.commands.models import Preset
    from antiphon.model.commands.runs import BroadcastParams

SIGN: Final = "@"
"""What a preset's name begins with; no provider's name does."""
_LONGEST_TITLE: Final = 200
_LONGEST_MODEL: Final = 256
_LISTS_PANES: Final = "`antiphon show SESSION` (antiphon.session.open) lists its panes."


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
        nearest = closest_names(bare, self._presets, likeness=0, limit=3)
        hint = "Define it in models.presets of the settings, or name a model."
        if nearest:
            hint = f"The nearest are {', '.join(SIGN + each for each in nearest)}."
        message = f"There is no preset {name!r}."
        return AntiphonError(Failure.of("model_not_found", message, hint=hint), field=field)


class PaneSelection(Struct, frozen=True):
    """The session as it will be, and those of its panes that are asked."""

    session: Session
    panes: tuple[Pane, ...]
    new_system_prompts: Mapping[str, str | None]
    """The system prompts of new panes, by pane id: a model's own comes before the general one."""
    system: str | None
    """The new system prompt of stored panes. `None` keeps theirs."""
    session_exists: bool
    """Whether the session is stored already."""

    def is_new(self, pane: Pane) -> bool:
        """Checks whether `pane` is not stored yet."""
        return pane.id in self.new_system_prompts

    def system_for(self, pane: Pane) -> str | None:
        """Returns the system prompt that this broadcast sets for `pane`, or `None`."""
        return self.new_system_prompts.get(pane.id, self.system)


class PaneSelector:
    """Turns the arguments of a broadcast into panes."""

    def __init__(
        self,
        history: History,
        providers: Providers,
        busy: Callable[[str], bool],
        presets: Presets | None = None,
    ) -> None:
        self._history = history
        self._providers = providers
        self._busy = busy
        self._presets = presets or Presets()

    async def choose(self, params: BroadcastParams, default_models: Sequence[str]) -> PaneSelection:
        """Returns the panes of a broadcast. New ones are not stored yet.

        Raises `AntiphonError`: `model_not_found` for a preset or a provider that is not configured,
        `not_found` for an unknown pane or session, `conflict` for a pane that is running,
        `invalid_params` if no model and no pane is selected.
        """
        session = await self._session(params)
        session_exists = session is not None
        # Discovery waits, so it comes first: nothing may wait between the check for busy panes and
        # the claim of them.
        named = map(self._presets.to_model_id, params.models or default_models)
        await self.look_for([*named, *(pane.model for pane in (session.panes if session else ()))])
        known = self._stored_panes(params, session) if session else []
        models = params.models or []
        if not models and not known:
            models = list(default_models)
        if not models and not known:
            raise error(
                "invalid_params",
                "No models are named, and the setting models.default is empty.",
                hint="Name models, or set models.default. demo/terse works now, without a key.",
                field="$.models",
            )
        choices: list[ChosenModel] = []
        for index, each in enumerate(models):
            choice = self._presets.resolve(each, f"$.models[{index}]")
            choices.append(choice)
            self.check_model(choice.model, f"$.models[{index}]")
            if choice.title is not None:
                field = f"$.models[{index}].title"
                _check_length("A pane's title", choice.title, _LONGEST_TITLE, field)
        if session is None:
            time = now()
            session = Session(
                id=new_id(), title=derive_title(params.prompt), created_at=time, updated_at=time
            )
        general = Params(system=params.system).over(params.params or Params())
        new_panes = self._new_panes(session, choices, general)
        continued = [self.with_params(pane, general) for pane in known]
        changed = {pane.id: pane for pane in continued}
        panes = [*(changed.get(pane.id, pane) for pane in session.panes), *new_panes]
        session = session.model_copy(update={"panes": panes, "updated_at": now()})
        system_prompts = {pane.id: pane.params.system for pane in new_panes}
        return PaneSelection(
            session, (*continued, *new_panes), system_prompts, general.system, session_exists
        )

    async def look_for(self, model_ids: Iterable[str]) -> None:
        """Discovers providers if a model's provider is not known."""
        known = self._providers.names()
        if any(split_model_id(model_id)[0] not in known for model_id in model_ids):
            await self._providers.discover()

    def check_model(self, model_id: str, field: str) -> None:
        """Checks that `model_id` names a model of a configured provider.

        Raises `AntiphonError` with `field` if it does not: `model_not_found`, or `invalid_params`
        for an id that is too long.
        """
        _check_length("A model's id", model_id, _LONGEST_MODEL, field)
        provider, name = split_model_id(model_id)
        if provider in self._providers.names() and name and model_id.isprintable():
            return
        nearest = self._providers.nearest_models(model_id)
        hint = f"Did you mean {' or '.join(nearest)}?" if nearest else None
        message = f"No provider is configured for the model {model_id!r}."
        if provider in self._providers.names() and not name:
            message = f"{model_id!r} names a provider and none of its models."
            hint = hint or f"Write {provider}/ and the name of a model."
        raise AntiphonError(Failure.of("model_not_found", message, hint=hint), field=field)

    def with_params(self, pane: Pane, params: Params | None) -> Pane:
        """Returns `pane` with `params` merged over its own."""
        if params is None:
            return pane
        return pane.model_copy(update={"params": params.over(pane.params)})

    async def _session(self, params: BroadcastParams) -> Session | None:
        if params.session_id is not None:
            return await self._history.session(params.session_id)
        if params.pane_ids:
            pane = await self._history.pane(params.pane_ids[0])
            return await self._history.session(pane.session_id)
        return None

    def _stored_panes(self, params: BroadcastParams, session: Session) -> list[Pane]:
        if params.pane_ids is None:
            wanted = [] if params.models else [pane.id for pane in session.panes]
        else:
            wanted = params.pane_ids
        panes = {pane.id: pane for pane in session.panes}
        for index, pane_id in enumerate(wanted):
            field = f"$.paneIds[{index}]"
            if pane_id not in panes:
                message = f"The session has no pane {pane_id}."
                near = closest_names(pane_id, panes, likeness=0.85)
                hint = f"Did you mean {near[0]}?" if near else _LISTS_PANES
                raise error("not_found", message, hint=hint, field=field)
            if wanted.index(pane_id) != index:
                raise named_twice("pane", field)
            if self._busy(pane_id):
                raise still_answering(panes[pane_id].title, field=field)
            self.check_model(panes[pane_id].model, field)
        return [panes[pane_id] for pane_id in wanted]

    def _new_panes(
        self, session: Session, choices: Sequence[ChosenModel], params: Params
    ) -> list[Pane]:
        titles = _title_new_panes(choices, {pane.title: pane.model for pane in session.panes})
        time = now()
        panes: list[Pane] = []
        for choice, title in zip(choices, titles, strict=True):
            pane_id = new_id()
            panes.append(
                Pane(
                    id=pane_id,
                    session_id=session.id,
                    model=choice.model,
                    title=title,
                    uri=pane_uri(session.id, pane_id, to_slug(title)),
                    params=choice.merge_params(params),
                    created_at=time,
                )
            )
        return panes


def _title_new_panes(choices: Sequence[ChosenModel], in_use: dict[str, str]) -> list[str]:
    """Returns a title for each choice: its own, its preset's, or its model's name.

    A choice's own title stays as it is, even if another pane has it. `in_use` has the model of each
    title in use, and gains the new ones.
    """
    titles = [_one_line(choice.title or "") for choice in choices]
    in_use.update({title: title for title in titles if title and title not in in_use})
    for index, choice in enumerate(choices):
        if not titles[index] and choice.preset_title:
            [titles[index]] = number_titles([choice.preset_title], in_use)
            in_use[titles[index]] = choice.model
    untitled = [each.model for each, title in zip(choices, titles, strict=True) if not title]
    unnamed = iter(title_panes(untitled, in_use))
    return [title or next(unnamed) for title in titles]


def _check_length(what: str, text: str, longest: int, field: str) -> None:
    if len(text) > longest:
        message = f"{what} has at most {longest} characters."
        raise error("invalid_params", message, hint="Write a shorter one.", field=field)


def _one_line(title: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())
