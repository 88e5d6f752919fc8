"""Reports the settings to users: every value with its source, without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from antiphon.model.commands.config import ConfigProblem, ConfigResult, SettingOrigin, SettingValue
from antiphon.settings.schema.api_key import HIDDEN, Key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from antiphon.settings.sources.load import LoadedSettings
    from antiphon.settings.sources.precedence import EffectiveValue


def build_config_report(
    loaded: LoadedSettings, config_path: Path, log_file: Path | None
) -> ConfigResult:
    """Builds the result of `antiphon.config`."""
    return ConfigResult(
        path=str(config_path),
        exists=config_path.exists(),
        log_file=None if log_file is None else str(log_file),
        settings=[_to_wire(name, value) for name, value in loaded.effective.items()],
        problems=[
            ConfigProblem(
                field=problem.field,
                source=problem.source,
                severity=problem.severity,
                message=str(problem),
            )
            for problem in loaded.problems
        ],
    )


def _to_wire(name: str, effective: EffectiveValue) -> SettingValue:
    value = _to_json(effective.value)
    if effective.secret and value is not None:
        value = HIDDEN
    over = [_to_origin(each) for each in _overridden(effective)]
    return SettingValue(name=name, value=value, origin=_to_origin(effective), over=over or None)


def _overridden(effective: EffectiveValue) -> Iterator[EffectiveValue]:
    below = effective.over
    while below is not None:
        yield below
        below = below.over


def _to_origin(effective: EffectiveValue) -> SettingOrigin:
    # Objects that the editor sent have no location other than their source's name.
    place = effective.place if effective.place != effective.source else ""
    return SettingOrigin(source=effective.source, place=place or None)


def _to_json(value: Any) -> Any:
    match value:
        case Key():
            return HIDDEN
        case Decimal():
            return f"{value:f}"
        case tuple() | list():
            return [_to_json(each) for each in cast("list[Any]", value)]
        case Mapping():
            entries = cast("Mapping[Any, Any]", value)
            return {str(name): _to_json(each) for name, each in entries.items()}
        case _:
            return value
