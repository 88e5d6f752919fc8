"""The settings as they stand: each value, which source it is from, and what it was put over."""

from __future__ import annotations

from typing import Any, Literal

from antiphon.model.wire import Absent, Wire

SettingSource = Literal["default", "file", "environment", "initializationOptions", "workspace"]
"""Where a setting was given, the lowest first: a later one counts before an earlier one."""


class SettingOrigin(Wire):
    """One source that gives a setting."""

    source: SettingSource
    place: Absent[str] = None
    """Where exactly: the file's path, the variable's name."""


class SettingValue(Wire):
    """One setting."""

    name: str
    """`timeouts.idleMs`."""
    value: Any
    """`null` where it is not set. A secret is never told: it is `********` where it is set."""
    origin: SettingOrigin
    over: Absent[list[SettingOrigin]] = None
    """The sources that give it too and do not count, the highest first."""


class ConfigProblem(Wire):
    """A setting, or a whole source, that was not taken as it stands."""

    field: str
    """`timeouts.idleMs`; empty where a whole source is concerned."""
    source: SettingSource
    severity: Literal["error", "warning"]
    message: str
    """What is wrong, where, and what counts instead."""


class ConfigResult(Wire):
    """The settings of a running server."""

    path: str
    """Where the user's `config.toml` is, whether or not it is there."""
    exists: bool
    log_file: Absent[str] = None
    """Where the log is kept; nothing where it goes to the standard error stream alone."""
    settings: list[SettingValue]
    problems: list[ConfigProblem]
