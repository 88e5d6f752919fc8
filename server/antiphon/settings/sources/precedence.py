"""Which value stands: the last good one, from the lowest source to the highest.

Rows of `providers` have one more rule. A source that changes a row's `type` or `baseUrl` begins the
row anew: nothing that a lower source said of it is kept, above all no key, for a key belongs to the
address that it was set beside (the fault behind CVE-2024-6587 and CVE-2026-21852). This holds for
a bad address too: a row whose address was mistyped must not fall back to another company's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import ValidationError

from antiphon.settings.schema.schema import ProviderSettings
from antiphon.settings.schema.tree import default_leaves
from antiphon.settings.sources.problems import Problem, SourceName, dotted, reason_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.settings.sources.source import RawValue, Source

Path = tuple[str, ...]

_CALLED: Final[dict[SourceName, str]] = {
    "default": "the default",
    "file": "config.toml's",
    "environment": "the environment's",
    "initializationOptions": "the editor's",
    "workspace": "the workspace's",
}
_DEFAULT_TYPE: Final = ProviderSettings.model_fields["type"].default


@dataclass(frozen=True, slots=True)
class _Checked:
    given: RawValue
    value: Any = None
    fault: tuple[str, str] | None = None
    left_out: tuple[tuple[str, str], ...] = ()
    """What is wrong with single budgets; the others hold."""

    @property
    def row(self) -> Path | None:
        """The row of `providers` that it belongs to."""
        path = self.given.path
        return path[:2] if path[0] == "providers" else None


@dataclass(frozen=True, slots=True)
class EffectiveValue:
    """A value that stands, and what stood before a higher source gave it."""

    value: Any
    source: SourceName
    place: str = ""
    """Where exactly: the file's path, the variable's name."""
    secret: bool = False
    over: EffectiveValue | None = None


@dataclass(slots=True)
class Merge:
    """The values that stand so far; sources are added from the lowest to the highest."""

    problems: list[Problem] = field(default_factory=list[Problem])
    _chosen: dict[Path, EffectiveValue] = field(default_factory=dict[Path, EffectiveValue])

    def add(self, source: Source) -> None:
        """Puts a source above those that were added before."""
        self.problems += source.problems
        checked = [_check(given) for given in source.given]
        unusable = {each.row for each in checked if each.fault and _says(each, "type")}
        for row in {each.row for each in checked if each.row and self._begins_anew(each)}:
            self._forget(row)
        for each in checked:
            if each.row not in unusable or each.row is None:
                self._take(each, source.name)
            elif _says(each, "type"):
                self._complain(each, source.name, "this provider is left out")

    def tree(self) -> dict[str, Any]:
        """The chosen values as one nested object by outside names."""
        root: dict[str, Any] = {}
        for path, chosen in self._chosen.items():
            place = root
            for name in path[:-1]:
                place = place.setdefault(name, {})
            place[path[-1]] = chosen.value
        return root

    def origins(self) -> dict[str, SourceName]:
        """Where each field's value is from, by its dotted name."""
        origins: dict[str, SourceName] = {dotted(*path): "default" for path, _ in default_leaves()}
        origins.update((dotted(*path), chosen.source) for path, chosen in self._chosen.items())
        return origins

    def standing(self) -> dict[str, EffectiveValue]:
        """Every field's value with what it was put over, by its dotted name."""
        standing = {
            dotted(*path): EffectiveValue(leaf.default, "default", secret=leaf.secret)
            for path, leaf in default_leaves()
        }
        standing.update((dotted(*path), chosen) for path, chosen in self._chosen.items())
        return standing

    def _take(self, checked: _Checked, source: SourceName) -> None:
        if checked.fault is None:
            given = checked.given
            below = self._chosen.get(given.path)
            self._chosen[given.path] = EffectiveValue(
                checked.value, source, given.label, given.leaf.secret, below
            )
            for fault in checked.left_out:
                self._complain(replace(checked, fault=fault), source, "this budget is left out")
            return
        self._complain(checked, source, self._instead(checked.given))
        if _says(checked, "baseUrl"):
            # Without any value the row would be gone, and nobody could say why it is not usable.
            kind = (*checked.given.path[:2], "type")
            self._chosen.setdefault(kind, EffectiveValue(_DEFAULT_TYPE, source))

    def _complain(self, checked: _Checked, source: SourceName, consequence: str) -> None:
        place, reason = checked.fault or ("", "is not usable")
        text = f"{reason} ({checked.given.label}), {consequence}"
        self.problems.append(Problem(dotted(*checked.given.path) + place, source, text))

    def _instead(self, given: RawValue) -> str:
        below = self._chosen.get(given.path) or EffectiveValue(given.leaf.default, "default")
        if below.value is None or below.value == ():
            return "leaving it unset"
        value = "" if given.leaf.secret else f" {_shown(below.value)}"
        return f"using {_CALLED[below.source]}{value}"

    def _begins_anew(self, checked: _Checked) -> bool:
        row = checked.row or ()
        if _says(checked, "type"):
            known = any(path[:2] == row for path in self._chosen)
            below = self._chosen.get((*row, "type"))
            kind = _DEFAULT_TYPE if below is None else below.value
            return known and checked.value != kind
        if not _says(checked, "baseUrl"):
            return False
        below = self._chosen.get((*row, "baseUrl"))
        if below is None:  # a vendor whose type knows the address: the key is for that one
            return any(
                kept.source == "default" for path, kept in self._chosen.items() if path[:2] == row
            )
        return checked.value != below.value

    def _forget(self, row: Path) -> None:
        self._chosen = {path: kept for path, kept in self._chosen.items() if path[:2] != row}


def _check(given: RawValue) -> _Checked:
    try:
        return _Checked(given, given.leaf.adapter.validate_python(given.value))
    except ValidationError as error:
        rows: object = given.value
        if given.path == ("budgets",) and isinstance(rows, list):
            return _check_each(given, cast("list[Any]", rows))
        return _Checked(given, fault=reason_of(error))


def _check_each(given: RawValue, rows: list[Any]) -> _Checked:
    """A typing mistake in one budget must not let the money of all others flow."""
    good: list[Any] = []
    faults: list[tuple[str, str]] = []
    for index, row in enumerate(rows):
        try:
            good += given.leaf.adapter.validate_python([row])
        except ValidationError as error:
            place, reason = reason_of(error)
            faults.append((f"[{index}]{place.removeprefix('[0]')}", reason))
    return _Checked(given, tuple(good), left_out=tuple(faults))


def _says(checked: _Checked, name: str) -> bool:
    return checked.row is not None and checked.given.path[2:] == (name,)


def _shown(value: Any) -> str:
    return (
        ", ".join(map(str, cast("Sequence[Any]", value)))
        if isinstance(value, tuple)
        else str(value)
    )
