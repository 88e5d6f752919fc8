"""Defines `antiphon config`: shows the effective settings and their problems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty.exit_codes import SOME_FAILED
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon.model.commands.config import (
        ConfigProblem,
        ConfigResult,
        SettingOrigin,
        SettingValue,
    )

_SOURCE_NAMES: Final = {
    "default": "the default",
    "file": "config.toml",
    "environment": "the environment",
    "initializationOptions": "the editor",
    "workspace": "the workspace",
}


@click.group("config")
def command() -> None:
    """Show the settings, their sources and their problems."""


@command.command("check")
def check() -> None:
    """List every problem with its file and field.

    The exit code is 1 if there is one.
    """
    run_command(_check())


@command.command("show")
@click.argument("name", required=False, default="")
@click.option("--origin", is_flag=True, help="Show the source of each, and what it overrides.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(name: str, origin: bool, as_json: bool) -> None:
    """Print the settings, or those below NAME, as in `timeouts`. Secrets are not shown."""
    run_command(_show(name, origin=origin, as_json=as_json))


@command.command("path")
def path() -> None:
    """Print the path of config.toml, whether or not it exists."""
    run_command(_path())


async def _check() -> int:
    result = await _read()
    for problem in result.problems:
        click.echo(_format_problem(problem, result))
    if not result.problems:
        existence = "" if result.exists else " (which does not exist, and need not)"
        click.echo(f"No problem found in {clean_line(result.path)}{existence} and the environment.")
    return SOME_FAILED if result.problems else 0


async def _show(name: str, *, origin: bool, as_json: bool) -> int:
    result = await _read()
    settings = [each for each in result.settings if _is_below(each.name, name)]
    if not settings:
        raise click.UsageError(f"There is no setting {clean_line(name)!r}.")
    if as_json:
        json_lines.write(result.model_copy(update={"settings": settings}))
        return 0
    for setting in settings:
        click.echo(_format_setting(setting, origin=origin))
    return 0


async def _path() -> int:
    result = await _read()
    click.echo(clean_line(result.path))
    if not result.exists:
        click.echo("It does not exist yet.", err=True)
    return 0


async def _read() -> ConfigResult:
    async with start_server() as client:
        result = await client.config()
        client.messages.clear()  # the same problems, as an editor would show them
    return result


def _is_below(setting: str, name: str) -> bool:
    return not name or setting == name or setting.startswith(f"{name}.")


def _format_setting(setting: SettingValue, *, origin: bool) -> str:
    value = "" if setting.value is None else f" {_format_value(setting.value)}"
    line = clean_line(f"{setting.name} ={value}")
    if not origin:
        return line
    over = ", ".join(
        _format_origin(each) for each in setting.over or () if each.source != "default"
    )
    return f"{line}    # {_format_origin(setting.origin)}{f', over {over}' if over else ''}"


def _format_value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _format_origin(origin: SettingOrigin) -> str:
    source = _SOURCE_NAMES[origin.source]
    return source if origin.place is None else f"{source} ({clean_line(origin.place)})"


def _format_problem(problem: ConfigProblem, result: ConfigResult) -> str:
    location = result.path if problem.source == "file" else _SOURCE_NAMES[problem.source]
    prefix = clean_line(Path(location).as_posix() if problem.source == "file" else location)
    return f"{prefix}: {problem.severity}: {clean_line(problem.message)}"
