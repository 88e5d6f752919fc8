"""Defines `antiphon doctor`: checks what works, what does not, and what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click
import msgspec
from rich.text import Text

from antiphon_terminal.asking.server import run_command
from antiphon_terminal.reports.diagnosis import diagnose
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty.sanitize import clean, clean_line

if TYPE_CHECKING:
    from antiphon_terminal.reports.diagnosis import Diagnosis

_MARKS: Final = {"good": ("✓", "green"), "bad": ("✗", "red"), "open": ("○", "dim")}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> None:
    """Check what works, what does not, and what to do.

    The exit code is 1 if something is broken. What was never configured is not broken.
    """
    run_command(_doctor(as_json=as_json))


async def _doctor(*, as_json: bool) -> int:
    diagnosis = await diagnose()
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(diagnosis)))
    else:
        _show(diagnosis)
    return 0 if diagnosis.is_sound else 1


def _show(diagnosis: Diagnosis) -> None:
    console = consoles.make_stdout_console()
    rows: list[list[str | tuple[str, str]]] = [
        [_MARKS[finding.mark], (finding.subject, "bold"), clean_line(finding.said)]
        for finding in diagnosis.findings
    ]
    for line in consoles.align_columns(rows):
        console.print(line)
    if diagnosis.server_output:
        console.out(clean(diagnosis.server_output), highlight=False)
    if diagnosis.ways:
        console.print()
        console.print(Text("The shortest ways to a first answer", "bold"))
    for number, way in enumerate(diagnosis.ways, 1):
        console.print(Text(f"{number}. With {clean_line(way['name'])}:"))
        for line in way["commands"]:
            console.print(Text(f"   {clean_line(line)}", "cyan"))
