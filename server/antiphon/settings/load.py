"""Settings from all sources, with what was wrong in them and where each value is from.

Lowest first: the built-in defaults, the user's config.toml, the environment, the editor's
`initializationOptions`, the workspace's configuration.

`initializationOptions` count as the user's own: they are sent once, by the program that the person
installed and started, before any folder is asked. Antiphon's clients put only user-level settings
there. `workspace/configuration` and `didChangeConfiguration` carry what the opened folder says as
well, without telling the two apart, so nothing of theirs may name an address, a key or a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from antiphon.settings.config_file import PATH_VARIABLE, read_config
from antiphon.settings.environment import source_of_environment
from antiphon.settings.given import source_of_object
from antiphon.settings.merge import Merge
from antiphon.settings.schema import BUILT_IN_PROVIDERS, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from antiphon.settings.given import Source
    from antiphon.settings.problems import Problem, SourceName


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The settings that stand, what was wrong, and where each value is from."""

    settings: Settings
    problems: Sequence[Problem]
    origins: Mapping[str, SourceName]
    """By dotted outside names: `timeouts.idleMs`."""


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

    merge = Merge()
    merge.add(of_object("default", {"providers": BUILT_IN_PROVIDERS}))
    merge.add(read_config(config_path, must_exist=bool(environ.get(PATH_VARIABLE))))
    merge.add(source_of_environment(environ))
    merge.add(of_object("initializationOptions", initialization_options))
    merge.add(of_object("workspace", workspace, user_level=False))
    return LoadedSettings(
        settings=Settings.model_validate(merge.tree()),
        problems=tuple(merge.problems),
        origins=merge.origins(),
    )
