"""Finds each setting's effective value: the highest source's valid one.

Entries of `providers` have one more rule. A source that changes the `type` or `baseUrl` of one
resets it: nothing that a lower source set for it is each, above all no key, since a key belongs to
the address that it was set with (the error behind CVE-2024-6587 and CVE-2026-21852). This includes
an invalid address: a provider whose address is mistyped must not fall back to another company's.

A source that names the model of a preset resets that preset in the same way: a system prompt goes
to the model that it was written for, not to one that an opened folder puts in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import Struct, field
from msgspec.structs import replace
from pydantic import ValidationError

from antiphon.settings.schema.schema import ProviderSettings
from antiphon.settings.schema.settings_tree import default_leaves
from antiphon.settings.sources.problems import (
    Problem,
    SourceName,
    describe_validation_error,
    join_name,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.settings.sources.source import RawValue, Source

Path = tuple[str, ...]

_SOURCE_NAMES: Final[dict[SourceName, str]] = {
    "default": "the default",
    "file": "config.toml's",
    "environment": "the environment's",
    "initializationOptions": "the editor's",
    "workspace": "the workspace's",
}
_PRESETS: Final = ("models", "presets")
_DEFAULT_TYPE: Final = ProviderSettings.model_fields["type"].default


class _CheckedValue(Struct, frozen=True):
    raw: RawValue
    value: Any = None
    error: tuple[str, str] | None = None
    invalid_budgets: tuple[tuple[str, str], ...] = ()
    """The positions and errors of single budgets. The valid ones are used."""

    @property
    def provider(self) -> Path | None:
        """The path of the provider that it belongs to."""
        path = self.raw.path
        return path[:2] if path[0] == "providers" else None


class EffectiveValue(Struct, frozen=True):
    """A value in use, and the value that it overrides."""

    value: Any
    source: SourceName
    place: str = ""
    """Which one: the file's path, the variable's name."""
    secret: bool = False
    over: EffectiveValue | None = None


class Merge(Struct):
    """Merges sources, which are added from the lowest to the highest."""

    problems: list[Problem] = field(default_factory=list[Problem])
    _effective: dict[Path, EffectiveValue] = field(default_factory=dict[Path, EffectiveValue])

    def add(self, source: Source) -> None:
        """Adds a source above those that were added before."""
        self.problems += source.problems
        checked = [_check(raw) for raw in source.values]
        unusable = {each.provider for each in checked if each.error and _is_field(each, "type")}
        for provider in {
            each.provider for each in checked if each.provider and self._resets_provider(each)
        }:
            self._remove(provider)
        for path in {each.raw.path for each in checked if _is_model_of_preset(each.raw.path)}:
            self._remove(path[:-1])
        for each in checked:
            if each.provider not in unusable or each.provider is None:
                self._apply(each, source.name)
            elif _is_field(each, "type"):
                self._add_problem(each, source.name, "this provider is left out")

    def leave_out_incomplete_presets(self) -> None:
        """Leaves out presets without a model, after all sources, and adds a problem for each."""
        for preset in sorted({path[:3] for path in self._effective if path[:2] == _PRESETS}):
            if (*preset, "model") in self._effective:
                continue
            given = next(it for path, it in self._effective.items() if path[:3] == preset)
            self._remove(preset)
            field_name = join_name(*preset, "model")
            if all(problem.field != field_name for problem in self.problems):
                text = "is missing, so this preset is left out"
                self.problems.append(Problem(field_name, given.source, text))

    def tree(self) -> dict[str, Any]:
        """Returns the effective values as one nested object with camelCase names."""
        root: dict[str, Any] = {}
        for path, value in self._effective.items():
            group = root
            for name in path[:-1]:
                group = group.setdefault(name, {})
            group[path[-1]] = value.value
        return root

    def origins(self) -> dict[str, SourceName]:
        """Returns the source of each field's value, by the field's dotted name."""
        origins: dict[str, SourceName] = {
            join_name(*path): "default" for path, _ in default_leaves()
        }
        origins.update((join_name(*path), value.source) for path, value in self._effective.items())
        return origins

    def effective(self) -> dict[str, EffectiveValue]:
        """Returns every field's effective value, by the field's dotted name."""
        effective = {
            join_name(*path): EffectiveValue(leaf.default, "default", secret=leaf.secret)
            for path, leaf in default_leaves()
        }
        effective.update((join_name(*path), value) for path, value in self._effective.items())
        return effective

    def _apply(self, checked: _CheckedValue, source: SourceName) -> None:
        if checked.error is None:
            raw = checked.raw
            below = self._effective.get(raw.path)
            self._effective[raw.path] = EffectiveValue(
                checked.value, source, raw.label, raw.leaf.secret, below
            )
            for error in checked.invalid_budgets:
                self._add_problem(replace(checked, error=error), source, "this budget is left out")
            return
        self._add_problem(checked, source, self._describe_fallback(checked.raw))
        if _is_field(checked, "baseUrl"):
            # Without any value the provider would be gone without a reason.
            kind = (*checked.raw.path[:2], "type")
            self._effective.setdefault(kind, EffectiveValue(_DEFAULT_TYPE, source))

    def _add_problem(self, checked: _CheckedValue, source: SourceName, consequence: str) -> None:
        location, reason = checked.error or ("", "is not usable")
        text = f"{reason} ({checked.raw.label}), {consequence}"
        self.problems.append(Problem(join_name(*checked.raw.path) + location, source, text))

    def _describe_fallback(self, raw: RawValue) -> str:
        below = self._effective.get(raw.path) or EffectiveValue(raw.leaf.default, "default")
        if below.value is None or below.value == ():
            return "leaving it unset"
        # A preset has a system prompt, and no prompt is in a log.
        hidden = raw.leaf.secret or raw.path[:2] == _PRESETS
        value = "" if hidden else f" {_format(below.value)}"
        return f"using {_SOURCE_NAMES[below.source]}{value}"

    def _resets_provider(self, checked: _CheckedValue) -> bool:
        provider = checked.provider or ()
        if _is_field(checked, "type"):
            known = any(path[:2] == provider for path in self._effective)
            below = self._effective.get((*provider, "type"))
            kind = _DEFAULT_TYPE if below is None else below.value
            return known and checked.value != kind
        if not _is_field(checked, "baseUrl"):
            return False
        below = self._effective.get((*provider, "baseUrl"))
        if below is None:  # a vendor whose type knows its address, which the key belongs to
            return any(
                each.source == "default"
                for path, each in self._effective.items()
                if path[:2] == provider
            )
        return checked.value != below.value

    def _remove(self, entry: Path) -> None:
        self._effective = {
            path: each for path, each in self._effective.items() if path[: len(entry)] != entry
        }


def _check(raw: RawValue) -> _CheckedValue:
    try:
        return _CheckedValue(raw, raw.leaf.adapter.validate_python(raw.value))
    except ValidationError as error:
        entries: object = raw.value
        if raw.path == ("budgets",) and isinstance(entries, list):
            return _check_each(raw, cast("list[Any]", entries))
        return _CheckedValue(raw, error=describe_validation_error(error))


def _check_each(raw: RawValue, entries: list[Any]) -> _CheckedValue:
    """Checks each budget alone, so that a mistake in one does not disable the others."""
    valid: list[Any] = []
    errors: list[tuple[str, str]] = []
    for index, entry in enumerate(entries):
        try:
            valid += raw.leaf.adapter.validate_python([entry])
        except ValidationError as error:
            location, reason = describe_validation_error(error)
            errors.append((f"[{index}]{location.removeprefix('[0]')}", reason))
    return _CheckedValue(raw, tuple(valid), invalid_budgets=tuple(errors))


def _is_field(checked: _CheckedValue, name: str) -> bool:
    return checked.provider is not None and checked.raw.path[2:] == (name,)


def _is_model_of_preset(path: Path) -> bool:
    return path[:2] == _PRESETS and path[3:] == ("model",)


def _format(value: Any) -> str:
    return (
        ", ".join(map(str, cast("Sequence[Any]", value)))
        if isinstance(value, tuple)
        else str(value)
    )
