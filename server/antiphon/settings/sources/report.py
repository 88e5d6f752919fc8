"""The settings for people: every value with its source, and no secret among them."""

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


def config_report(loaded: LoadedSettings, config_path: Path, log_file: Path | None) -> ConfigResult:
    """What `antiphon.config` answers."""
    return ConfigResult(
        path=str(config_path),
        exists=config_path.exists(),
        log_file=None if log_file is None else str(log_file),
        settings=[_setting(name, chosen) for name, chosen in loaded.standing.items()],
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


def _setting(name: str, chosen: EffectiveValue) -> SettingValue:
    value = _plain(chosen.value)
    if chosen.secret and value is not None:
        value = HIDDEN
    over = [_origin(each) for each in _below(chosen)]
    return SettingValue(name=name, value=value, origin=_origin(chosen), over=over or None)


def _below(chosen: EffectiveValue) -> Iterator[EffectiveValue]:
    below = chosen.over
    while below is not None:
        yield below
        below = below.over


def _origin(chosen: EffectiveValue) -> SettingOrigin:
    # The sources that are objects sent by the editor have no place but their name.
    place = chosen.place if chosen.place != chosen.source else ""
    return SettingOrigin(source=chosen.source, place=place or None)


def _plain(value: Any) -> Any:
    match value:
        case Key():
            return HIDDEN
        case Decimal():
            return f"{value:f}"
        case tuple() | list():
            return [_plain(each) for each in cast("list[Any]", value)]
        case Mapping():
            entries = cast("Mapping[Any, Any]", value)
            return {str(name): _plain(each) for name, each in entries.items()}
        case _:
            return value
