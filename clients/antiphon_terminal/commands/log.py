"""Defines `antiphon log`: shows what the servers logged."""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from antiphon_terminal.asking.server import start_server
from antiphon_terminal.reports.log_lines import LEVELS, format_line, parse_level
from antiphon_terminal.tty.errors import error_reporting
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_POLL_S: Final = 0.25


@click.command("log")
@click.option(
    "-n", "--lines", default=100, show_default=True, help="Print this many of the last lines."
)
@click.option("-f", "--follow", is_flag=True, help="Continue with what is logged from now on.")
@click.option(
    "--level", type=click.Choice(LEVELS), default="debug", help="The lowest level that is shown."
)
@click.option("--json", "as_json", is_flag=True, help="Print the lines as they are in the file.")
@click.option("--path", "only_path", is_flag=True, help="Print only the file's path.")
def command(lines: int, follow: bool, level: str, as_json: bool, only_path: bool) -> None:
    """Show the last lines that the servers logged.

    The log has the ids of requests, sessions, runs and panes, and durations. It never
    has prompts, answers or keys.
    """
    with error_reporting():
        name = asyncio.run(_find_log())
    if name is None:
        raise click.UsageError("log.file is `-`: the log goes to the standard error stream only.")
    if only_path:
        click.echo(clean_line(name))
        return
    path = Path(name)
    _show(path, lines, level, as_json=as_json)
    if follow:
        _write(_filter_level(_follow(path), level), as_json=as_json)


async def _find_log() -> str | None:
    async with start_server() as client:
        return (await client.config()).log_file


def _show(path: Path, lines: int, level: str, *, as_json: bool) -> None:
    if not path.exists():
        click.echo(f"Nothing has been logged yet ({clean_line(str(path))}).", err=True)
    _write(deque(_filter_level(_read_files(path), level), maxlen=max(0, lines)), as_json=as_json)


def _write(lines: Iterable[str], *, as_json: bool) -> None:
    for line in lines:
        click.echo(line if as_json else format_line(line))


def _filter_level(lines: Iterable[str], level: str) -> Iterator[str]:
    shown = False
    for line in lines:
        found = parse_level(line)
        if found is not None:
            shown = LEVELS.index(found if found in LEVELS else "info") >= LEVELS.index(level)
        if shown:
            yield line


def _read_files(path: Path) -> Iterator[str]:
    """Yields the lines of the last rotated file, and of the current one."""
    for each in (path.with_name(f"{path.name}.1"), path):
        if each.exists():
            with each.open(encoding="utf-8", errors="replace") as file:
                yield from (line.rstrip("\n") for line in file)


def _follow(path: Path) -> Iterator[str]:
    """Yields lines that are added from now on, also after the file is rotated."""
    at = path.stat().st_size if path.exists() else 0
    inode: int | None = path.stat().st_ino if path.exists() else None
    rest = b""
    while True:
        try:
            with path.open("rb") as file:
                found = os.fstat(file.fileno())
                if found.st_ino != inode or found.st_size < at:
                    at, inode, rest = 0, found.st_ino, b""
                file.seek(at)
                data = file.read()
                at += len(data)
        except FileNotFoundError:
            data = b""
        *lines, rest = (rest + data).split(b"\n")
        yield from (line.decode("utf-8", "replace") for line in lines)
        time.sleep(_POLL_S)
