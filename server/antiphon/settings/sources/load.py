"""Settings from all sources, with what was wrong in them and where each value is from.

Lowest first: the built-in defaults (among them a row for each vendor whose key is in the
environment or whose name another source uses), the user's config.toml, the environment, the
editor's `initializationOptions`, the workspace's configuration.

`initializationOptions` count as the user's own: they are sent once, by the program that the person
installed and started, before any folder is asked. Antiphon's clients put only user-level settings
there. `workspace/configuration` and `didChangeConfiguration` carry what the opened folder says as
well, without telling the two apart, so nothing of theirs may name an address, a key or a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from antiphon.settings.schema.schema import Settings
from antiphon.settings.schema.vendors import built_in_rows
from antiphon.settings.sources.config_file import PATH_VARIABLE, read_config
from antiphon.settings.sources.environment import source_of_environment
from antiphon.settings.sources.precedence import Merge
from antiphon.settings.sources.source import source_of_object

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from antiphon.settings.sources.precedence import EffectiveValue
    from antiphon.settings.sources.problems import Problem, SourceName
    from antiphon.settings.sources.source import Source


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The settings that stand, what was wrong, and where each value is from."""

    settings: Settings
    problems: Sequence[Problem]
    origins: Mapping[str, SourceName]
    """By dotted outside names: `timeouts.idleMs`."""
    standing: Mapping[str, EffectiveValue]
    """Each value with the sources that it was put over, by the same names."""


def load_settings(
    *,
    config_path: Path | None,
    environ: Mapping[str, str],
    initialization_options: object = None,
    workspace: object = None,
) -> LoadedSettings:
    """All sources merged; never raises for what stands in them.

    `config_path` is the file to read (see `locate_config`), `None` for none; `workspace` is the
    last answer to `workspace/configuration` or the last `didChangeConfiguration`. Nothing is read
    but that file.
    """

    def of_object(name: SourceName, value: object, *, user_level: bool = True) -> Source:
        return source_of_object(
            name, value, label=name, user_level=user_level, config_path=config_path
        )

    sources = (
        read_config(config_path, must_exist=bool(environ.get(PATH_VARIABLE))),
        source_of_environment(environ),
        of_object("initializationOptions", initialization_options),
        of_object("workspace", workspace, user_level=False),
    )
    named = {
        given.path[1]
        for source in sources
        for given in source.given
        if given.path[0] == "providers"
    }
    merge = Merge()
    merge.add(of_object("default", {"providers": built_in_rows(environ, named)}))
    for source in sources:
        merge.add(source)
    return LoadedSettings(
        settings=Settings.model_validate(merge.tree()),
        problems=tuple(merge.problems),
        origins=merge.origins(),
        standing=merge.standing(),
    )
