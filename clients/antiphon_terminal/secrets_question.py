"""Asks whether what looks like a key may leave, where there is somebody at a terminal to ask."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import anyio.to_thread
import click

from antiphon_terminal.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon_client.errors import CommandFailed


async def may_send_all_the_same(refused: CommandFailed) -> bool:
    """Whether the person says so; false where nobody can be asked, or asking would not help."""
    failure = refused.failure
    can_be_allowed = failure.kind == "secrets" and "allowSecrets" in failure.hint
    if not can_be_allowed or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    click.echo(clean_line(failure.message), err=True)
    ask = partial(click.confirm, "Send it all the same?", default=False, err=True)
    return await anyio.to_thread.run_sync(ask, abandon_on_cancel=True)
