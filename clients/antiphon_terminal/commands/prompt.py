"""Defines `antiphon prompt`: lists and checks prompt files, and converts other tools' files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast, get_args
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

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
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.files.decode import decoded
from antiphon_terminal.files.export import write_export
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
_WRITTEN: Final = ("skill.md", "prompt.yml", "promptfoo")


@click.group("prompt")
def command() -> None:
    """List and check prompt files, and convert those of other tools.

    `antiphon ask FILE.antiphon.md` runs one.
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
            click.echo(f"  {clean_line(_to_path(each.uri))}")
        return 0

    run_command(work())


@command.command("check")
@_FILE
@_JSON
def check(file: Path, as_json: bool) -> None:
    """Name everything that is wrong with a prompt file.

    Exit code 1 if it cannot be run.
    """

    params = PromptReadParams(uri=file.absolute().as_uri(), text=_read(file))

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
@click.option("--format", "form", required=True, type=click.Choice(get_args(PromptFormat)))
@_OUTPUT
def import_(file: Path, form: str, output: Path | None) -> None:
    """Convert another tool's file to a prompt file, and name what does nothing here."""
    params = PromptImportParams(text=_read(file), format=cast("PromptFormat", form))
    _convert("import", params, PromptImportResult, output)


@command.command("export")
@_FILE
@click.option("--format", "form", required=True, type=click.Choice(_WRITTEN))
@_OUTPUT
def export(file: Path, form: str, output: Path | None) -> None:
    """Convert a prompt file to another tool's format, and name what that cannot hold."""
    params = PromptExportParams(text=_read(file), format=cast("PromptFormat", form))
    _convert("export", params, PromptExportResult, output)


def _convert(
    name: str,
    params: PromptImportParams | PromptExportParams,
    kind: type[PromptImportResult | PromptExportResult],
    output: Path | None,
) -> None:
    async def work() -> int:
        async with start_server() as client:
            raw: Any = await client.command(f"antiphon.prompt.{name}", params.to_wire())
        result = kind.model_validate(raw)
        _name_ignored(result.ignored)
        if output is not None:
            write_export(output, result.text)
        else:
            click.echo(clean(result.text) if sys.stdout.isatty() else result.text, nl=False)
        return 0

    run_command(work())


def _name_ignored(ignored: Sequence[IgnoredField]) -> None:
    for each in ignored:
        reason = (
            "it would run or read something" if each.reason == "runs" else "it is not known here"
        )
        click.echo(clean_line(f"Line {each.line}: {each.key} does nothing: {reason}."), err=True)


def _read(file: Path) -> str:
    return decoded(file.read_bytes(), file.name)


def _to_path(uri: str) -> str:
    parts = urlsplit(uri)
    return url2pathname(unquote(parts.path)) if parts.scheme == "file" else uri
