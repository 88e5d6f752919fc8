"""Loads the settings from all sources, with their problems and the source of each value.

The sources, lowest first: the built-in defaults (among them each vendor whose key is in the
environment or whose name another source uses), the user's config.toml, the environment, the
editor's `initializationOptions`, the workspace's configuration.

`initializationOptions` count as the user's own: they are sent once, by the program that the user
installed and started, before any folder is asked. Antiphon's clients put only user-level settings
there. `workspace/configuration` and `didChangeConfiguration` hold the opened folder's settings too
and do not mark which those are, so nothing in them may name an address, a key or a file. The same
holds for the options of a client of another user, over the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.settings.schema.schema import Settings
from antiphon.settings.schema.vendors import built_in_rows
from antiphon.settings.sources.config_file import PATH_VARIABLE, read_config
from antiphon.settings.sources.environment import read_environment
from antiphon.settings.sources.precedence import Merge
from antiphon.settings.sources.source import parse_source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from antiphon.settings.sources.precedence import EffectiveValue
    from antiphon.settings.sources.problems import Problem, SourceName
    from antiphon.settings.sources.source import Source


class LoadedSettings(Struct, frozen=True):
    """The effective settings, their problems, and the source of each value."""

    settings: Settings
    problems: Sequence[Problem]
    origins: Mapping[str, SourceName]
    """By dotted outside names: `timeouts.idleMs`."""
    effective: Mapping[str, EffectiveValue]
    """Each value with the values that it overrides, by the same names."""


def load_settings(
    *,
    config_path: Path | None,
    environ: Mapping[str, str],
    initialization_options: object = None,
    trusts_options: bool = True,
    workspace: object = None,
) -> LoadedSettings:
    """Merges all sources, and never raises for what they contain.

    `config_path` is the file to read (see `locate_config`), or `None`. `workspace` is the last
    answer to `workspace/configuration` or the last `didChangeConfiguration`. No other file is read.
    """

    def from_object(name: SourceName, value: object, *, user_level: bool = True) -> Source:
        return parse_source(name, value, label=name, user_level=user_level, config_path=config_path)

    sources = (
        read_config(config_path, must_exist=bool(environ.get(PATH_VARIABLE))),
        read_environment(environ),
        from_object("initializationOptions", initialization_options, user_level=trusts_options),
        from_object("workspace", workspace, user_level=False),
    )
    named = {
        value.path[1]
        for source in sources
        for value in source.values
        if value.path[0] == "providers"
    }
    merge = Merge()
    merge.add(from_object("default", {"providers": built_in_rows(environ, named)}))
    for source in sources:
        merge.add(source)
    merge.leave_out_incomplete_presets()
    return LoadedSettings(
        settings=Settings.model_validate(merge.tree()),
        problems=tuple(merge.problems),
        origins=merge.origins(),
        effective=merge.effective(),
    )
