"""Defines `antiphon prompt`: lists and checks prompt files, and converts other tools' files."""

from __future__ import annotations

import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast, get_args

import click

from antiphon.model.commands.prompts import (
    IgnoredField,
    PromptExportParams,
    PromptExportResult,
    PromptFormat,
    PromptImportParams,
    PromptImportResult,
    PromptListResult,
    PromptReadParams,
    PromptReadResult,
)
from antiphon_terminal.asking.library_prompt import to_path
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.files.export import write_export
from antiphon_terminal.files.source import read_source
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty.exit_codes import SOME_FAILED
from antiphon_terminal.tty.sanitize import clean, clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_OUTPUT = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to a new file, not to stdout.",
)
_NAMES: Final[dict[PromptFormat, str]] = {
    "prompt.md": "*.prompt.md",
    "skill.md": "skill.md",
    "prompt.yml": "*.prompt.y*ml",
    "promptfoo": "promptfooconfig.y*ml",
}
_WRITTEN: Final = ("skill.md", "prompt.yml", "promptfoo")


@click.group("prompt")
def command() -> None:
    """List and check prompt files, and convert those of other tools.

    `antiphon ask FILE.antiphon.md` runs one, `antiphon ask --prompt NAME` one of the list.
    """


@command.command("list")
@_JSON
def list_(as_json: bool) -> None:
    """List the prompt files of this folder, of the user and of Antiphon."""

    async def work() -> int:
        async with start_server() as client:
            raw = await client.command("antiphon.prompt.list", {})
        if as_json:
            json_lines.write_raw(raw)
            return 0
        for each in PromptListResult.model_validate(raw).prompts:
            click.echo(clean_line(f"{each.name} ({each.source}) {each.description or ''}".rstrip()))
            click.echo(f"  {clean_line(str(to_path(each.uri)))}")
        return 0

    run_command(work())


@command.command("check")
@_FILE
@_JSON
def check(file: Path, as_json: bool) -> None:
    """Name everything that is wrong with a prompt file.

    Exit code 1 if it cannot be run.
    """

    params = PromptReadParams(uri=file.absolute().as_uri(), text=read_source(file))

    async def work() -> int:
        async with start_server() as client:
            raw = await client.command("antiphon.prompt.read", params.to_wire())
        result = PromptReadResult.model_validate(raw)
        if as_json:
            json_lines.write_raw(raw)
        for each in () if as_json else result.problems:
            start = each.range.start
            place = f"{file}:{start.line + 1}:{start.character + 1}"
            click.echo(clean_line(f"{place}: {each.severity}: {each.message}"))
        return SOME_FAILED if any(each.severity == "error" for each in result.problems) else 0

    run_command(work())


@command.command("import")
@_FILE
@click.option(
    "--format",
    "form",
    type=click.Choice(get_args(PromptFormat)),
    help="By default what the file's name says.",
)
@_OUTPUT
def import_(file: Path, form: str | None, output: Path | None) -> None:
    """Convert another tool's file to a prompt file, and name what does nothing here."""
    chosen = cast("PromptFormat | None", form) or guess_format(file.name)
    params = PromptImportParams(text=read_source(file), format=chosen)
    _convert("import", params, PromptImportResult, output, "does nothing: it is not known here")


def guess_format(name: str) -> PromptFormat:
    """Returns the format that a file's name says. Raises `click.UsageError` if it says none."""
    lower = name.lower()
    for form, pattern in _NAMES.items():
        if fnmatch(lower, pattern):
            return form
    message = f"The name {name} does not say the format: name it with --format."
    raise click.UsageError(clean_line(message))


@command.command("export")
@_FILE
@click.option("--format", "form", required=True, type=click.Choice(_WRITTEN))
@_OUTPUT
def export(file: Path, form: str, output: Path | None) -> None:
    """Convert a prompt file to another tool's format, and name what that cannot hold."""
    params = PromptExportParams(text=read_source(file), format=cast("PromptFormat", form))
    _convert("export", params, PromptExportResult, output, f"has no place in {form}")


def _convert(
    name: str,
    params: PromptImportParams | PromptExportParams,
    kind: type[PromptImportResult | PromptExportResult],
    output: Path | None,
    unknown: str,
) -> None:
    async def work() -> int:
        async with start_server() as client:
            raw: Any = await client.command(f"antiphon.prompt.{name}", params.to_wire())
        result = kind.model_validate(raw)
        _name_ignored(result.ignored, unknown)
        if output is not None:
            write_export(output, result.text)
        else:
            click.echo(clean(result.text) if sys.stdout.isatty() else result.text, nl=False)
        return 0

    run_command(work())


def _name_ignored(ignored: Sequence[IgnoredField], unknown: str) -> None:
    for each in ignored:
        runs = "does nothing: it would run or read something"
        why = runs if each.reason == "runs" else unknown
        click.echo(clean_line(f"Line {each.line}: {each.key} {why}."), err=True)
