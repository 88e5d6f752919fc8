"""Asks the person at the terminal; Ctrl-C ends the question as it ends everything else."""

from __future__ import annotations

import sys
from typing import Final

import anyio
import anyio.to_thread
import click

_ANSWERS: Final = {"y": True, "yes": True, "n": False, "no": False, "": False}


def can_ask() -> bool:
    """Whether somebody sits at a terminal who sees the question."""
    return sys.stdin.isatty() and sys.stderr.isatty()


async def confirm(question: str) -> bool:
    """Whether the person says yes; no is what stands for no word at all.

    Nothing else waits meanwhile: neither the loop nor a thread is held up by who thinks it over.
    """
    while True:
        click.echo(f"{question} [y/N]: ", nl=False, err=True)
        answer = await _line()
        if not answer.endswith("\n"):
            click.echo(err=True)
        said = _ANSWERS.get(answer.strip().casefold())
        if said is not None:
            return said
        click.echo("Say y or n.", err=True)


async def _line() -> str:
    if sys.platform == "win32":
        return await anyio.to_thread.run_sync(sys.stdin.readline, abandon_on_cancel=True)
    # A terminal is readable when a whole line, or its end, is there.
    await anyio.wait_readable(sys.stdin)
    return sys.stdin.readline()
