"""Asks the user at the terminal to confirm, interruptible by Ctrl-C."""

from __future__ import annotations

import sys
from typing import Final

import anyio
import anyio.to_thread
import click

_ANSWERS: Final = {"y": True, "yes": True, "n": False, "no": False, "": False}


def can_ask() -> bool:
    """Checks whether stdin and stderr are terminals, so that a user can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


async def confirm(question: str) -> bool:
    """Asks a question and returns whether the user says yes. The default is no.

    It blocks neither the event loop nor a thread (on Windows a thread).
    """
    while True:
        click.echo(f"{question} [y/N]: ", nl=False, err=True)
        answer = await _read_line()
        if not answer.endswith("\n"):
            click.echo(err=True)
        confirmed = _ANSWERS.get(answer.strip().casefold())
        if confirmed is not None:
            return confirmed
        click.echo("Answer y or n.", err=True)


async def read_answer(question: str) -> str:
    """Asks a question and returns the line that the user writes, without its end.

    It blocks as little as `confirm`. Ends the command if stdin ends.
    """
    click.echo(question, nl=False, err=True)
    answer = await _read_line()
    if not answer:
        raise click.Abort
    return answer.rstrip("\r\n")


async def _read_line() -> str:
    if sys.platform == "win32":
        return await anyio.to_thread.run_sync(sys.stdin.readline, abandon_on_cancel=True)
    # A terminal is readable when a whole line, or its end, is there.
    await anyio.wait_readable(sys.stdin)
    return sys.stdin.readline()
