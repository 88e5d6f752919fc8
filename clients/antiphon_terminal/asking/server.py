"""Starts a server for a command, and stops it afterwards."""

from __future__ import annotations

import asyncio
import gc
import os
import re
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from antiphon_client import AntiphonClient
from antiphon_client.errors import ServerDied
from antiphon_client.server_requests import ServerRequests
from antiphon_client.shared_server import SharedServer
from antiphon_client.started_server import EarlyServer
from antiphon_terminal.options.network_server import find_network_server
from antiphon_terminal.tty.errors import error_reporting
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine, Iterable, Iterator, Sequence


@asynccontextmanager
async def start_server(*, folders: Sequence[Path] = ()) -> AsyncGenerator[AntiphonClient]:
    """Yields a client whose workspace is the current folder, and prints its warnings.

    `folders` are open too, beside the current one.
    """
    requests = ServerRequests()
    if folders:
        opened = [Path.cwd(), *(folder.resolve() for folder in folders)]
        requests.folders = [{"uri": each.as_uri(), "name": each.name} for each in opened]
    async with open_client(requests) as client:
        try:
            yield client
        finally:
            for line in format_warnings(client.messages):
                click.echo(line, err=True)


@asynccontextmanager
async def open_client(requests: ServerRequests) -> AsyncGenerator[AntiphonClient]:
    """Yields a client of the named, the shared or a new server."""
    context = click.get_current_context()
    if (named := find_network_server(context)) is not None:
        connecting = AntiphonClient.connect_ws(named.url, named.token, requests=requests)
        async with connecting as client:
            yield client
        return
    started = context.find_object(EarlyServer)
    shared = None
    if started is None:
        shared = context.find_object(SharedServer) or SharedServer.find(os.environ)
    async with AsyncExitStack() as stack:
        client: AntiphonClient | None = None
        if shared is not None:
            with suppress(ServerDied):  # it was just ending
                connecting = AntiphonClient.connect_unix(connected=shared, requests=requests)
                client = await stack.enter_async_context(connecting)
        if client is None:
            starting = AntiphonClient.start(started=started, requests=requests)
            client = await stack.enter_async_context(starting)
        yield client


def run_command(main: Coroutine[None, None, int]) -> None:
    """Runs a command and exits with its code, after printing an error if it failed."""
    gc.freeze()  # everything that was imported is needed until the process ends
    gc.enable()
    with error_reporting():
        code = asyncio.run(main)
    raise SystemExit(code)


_SETTING_PROBLEM: Final = re.compile(
    r"Antiphon: antiphon\.(?P<setting>[^\s:]+): (?P<problem>.*)", re.DOTALL
)
_LOCATION: Final = re.compile(r" \([^()]*\)")
_SENTENCE_ENDS: Final = (".", "?", "!")
_MAX_NAMED: Final = 3
"""How many settings are named. `antiphon config check` names them all."""


def format_warnings(messages: Iterable[str]) -> Iterator[str]:
    """Formats the server's messages as lines for stderr, settings first."""
    problems: dict[str, str] = {}
    others: list[str] = []
    for message in dict.fromkeys(messages):
        found = _SETTING_PROBLEM.fullmatch(message)
        if found is None:
            others.append(message.removeprefix("Antiphon: "))
        else:
            problems.setdefault(found["setting"], found["problem"])
    if problems:
        yield f"Warning: {clean_line(_summarize(problems))}"
    for message in others:
        yield f"Warning: {clean_line(message)}"


def _summarize(problems: dict[str, str]) -> str:
    more = "`antiphon config check` shows where."
    if len(problems) == 1:
        ((setting, problem),) = problems.items()
        short = _LOCATION.sub("", problem, count=1)
        return f"{setting} {short}{'' if short.endswith(_SENTENCE_ENDS) else '.'} {more}"
    named = ", ".join([*problems][:_MAX_NAMED])
    rest = len(problems) - _MAX_NAMED
    others = f" and {rest} more" if rest > 0 else ""
    return f"{named}{others} are not valid. {more}"
