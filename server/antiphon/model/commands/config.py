"""Defines the effective settings: each value, its source, and the sources it overrides."""

from __future__ import annotations

from typing import Any, Literal

from antiphon.model.wire import Absent, Wire

SettingSource = Literal["default", "file", "environment", "initializationOptions", "workspace"]
"""The sources of settings, the lowest first: a later source overrides an earlier one."""


class SettingOrigin(Wire):
    """One source that gives a setting."""

    source: SettingSource
    place: Absent[str] = None
    """Which one: the file's path, the variable's name."""


class SettingValue(Wire):
    """One setting."""

    name: str
    """`timeouts.idleMs`."""
    value: Any
    """`null` if it is not set. A secret is never sent: it is `********` if it is set."""
    origin: SettingOrigin
    over: Absent[list[SettingOrigin]] = None
    """The sources that give it too and are overridden, the highest first."""


class ConfigProblem(Wire):
    """A setting, or a whole source, that was not used as it was written."""

    field: str
    """`timeouts.idleMs`; empty if a whole source is concerned."""
    source: SettingSource
    severity: Literal["error", "warning"]
    message: str
    """What is wrong, where, and what is used instead."""


class ConfigResult(Wire):
    """The settings of a running server."""

    path: str
    """The path of the user's `config.toml`, whether or not it exists."""
    exists: bool
    log_file: Absent[str] = None
    """The log's path; absent if the log goes to the standard error stream only."""
    settings: list[SettingValue]
    problems: list[ConfigProblem]
