"""`antiphon doctor`: what works, what does not, and what to do."""

from __future__ import annotations

import click

from antiphon_terminal.diagnosis import diagnose
from antiphon_terminal.server import run


@click.command("doctor")
def command() -> None:
    """Say what works, what does not, and what to do.

    The exit code is 1 where something is broken.
    """
    run(diagnose())
