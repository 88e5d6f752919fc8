"""`antiphon config`: the settings as they stand, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from antiphon_terminal.asking.server import run, server
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

_CALLED: Final = {
    "default": "the default",
    "file": "config.toml",
    "environment": "the environment",
    "initializationOptions": "the editor",
    "workspace": "the workspace",
}


@click.group("config")
def command() -> None:
    """Show the settings, where each is from, and what is wrong with them."""


@command.command("check")
def check() -> None:
    """Name every problem with its file and field; the exit code is 1 where there is one."""
    run(_check())


@command.command("show")
@click.argument("name", required=False, default="")
@click.option("--origin", is_flag=True, help="Where each is from, and what it was put over.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(name: str, origin: bool, as_json: bool) -> None:
    """Print the settings, or those below NAME, as in `timeouts`. Secrets are not shown."""
    run(_show(name, origin=origin, as_json=as_json))


@command.command("path")
def path() -> None:
    """Print where config.toml is, or would be."""
    run(_path())


async def _check() -> int:
    result = await _read()
    for problem in result.problems:
        click.echo(_told(problem, result))
    if not result.problems:
        there = "" if result.exists else " (which is not there, and need not be)"
        click.echo(f"No problem found in {clean_line(result.path)}{there} and the environment.")
    return SOME_FAILED if result.problems else 0


async def _show(name: str, *, origin: bool, as_json: bool) -> int:
    result = await _read()
    chosen = [each for each in result.settings if _is_below(each.name, name)]
    if not chosen:
        raise click.UsageError(f"There is no setting {clean_line(name)!r}.")
    if as_json:
        json_lines.write(result.model_copy(update={"settings": chosen}))
        return 0
    for setting in chosen:
        click.echo(_line(setting, origin=origin))
    return 0


async def _path() -> int:
    result = await _read()
    click.echo(clean_line(result.path))
    if not result.exists:
        click.echo("It is not there yet.", err=True)
    return 0


async def _read() -> ConfigResult:
    async with server() as client:
        result = await client.config()
        client.messages.clear()  # the same problems, as an editor would show them
    return result


def _is_below(setting: str, name: str) -> bool:
    return not name or setting == name or setting.startswith(f"{name}.")


def _line(setting: SettingValue, *, origin: bool) -> str:
    value = "" if setting.value is None else f" {_shown(setting.value)}"
    line = clean_line(f"{setting.name} ={value}")
    if not origin:
        return line
    over = ", ".join(_from(each) for each in setting.over or () if each.source != "default")
    return f"{line}    # {_from(setting.origin)}{f', over {over}' if over else ''}"


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _from(origin: SettingOrigin) -> str:
    called = _CALLED[origin.source]
    return called if origin.place is None else f"{called} ({clean_line(origin.place)})"


def _told(problem: ConfigProblem, result: ConfigResult) -> str:
    place = result.path if problem.source == "file" else _CALLED[problem.source]
    prefix = clean_line(Path(place).as_posix() if problem.source == "file" else place)
    return f"{prefix}: {problem.severity}: {clean_line(problem.message)}"
