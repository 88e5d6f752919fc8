"""The server behind a command: started for it, ended after it."""

from __future__ import annotations

import asyncio
import gc
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import click

from antiphon_client import AntiphonClient
from antiphon_client.started import StartedServer
from antiphon_terminal.reporting import reported
from antiphon_terminal.server_messages import warnings_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine


@asynccontextmanager
async def server() -> AsyncGenerator[AntiphonClient]:
    """A client of a fresh server in the current folder; passes on what that warns of."""
    started = click.get_current_context().find_object(StartedServer)
    async with AntiphonClient.start(started=started) as client:
        try:
            yield client
        finally:
            for line in warnings_of(client.messages):
                click.echo(line, err=True)


def run(main: Coroutine[None, None, int]) -> None:
    """Runs a command to its end and exits with its code; failures are reported, not raised."""
    gc.freeze()  # all that was imported lives as long as the process
    gc.enable()
    with reported():
        code = asyncio.run(main)
    raise SystemExit(code)
