"""The server behind a command: started for it, ended after it."""

from __future__ import annotations

import asyncio
import gc
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import click

from antiphon_client import AntiphonClient
from antiphon_client.started import EarlyServer
from antiphon_terminal.tty.errors import error_reporting
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine, Iterable, Iterator


@asynccontextmanager
async def server() -> AsyncGenerator[AntiphonClient]:
    """A client of a fresh server in the current folder; passes on what that warns of."""
    started = click.get_current_context().find_object(EarlyServer)
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
    with error_reporting():
        code = asyncio.run(main)
    raise SystemExit(code)


_MISTAKE: Final = re.compile(r"Antiphon: antiphon\.(?P<setting>[^\s:]+): (?P<told>.*)", re.DOTALL)
_PLACE: Final = re.compile(r" \([^()]*\)")
_ENDS: Final = (".", "?", "!")
_NAMED: Final = 3
"""How many settings are named; `antiphon config check` names them all."""


def warnings_of(messages: Iterable[str]) -> Iterator[str]:
    """The lines for stderr, mistakes in the settings first."""
    mistakes: dict[str, str] = {}
    others: list[str] = []
    for message in dict.fromkeys(messages):
        found = _MISTAKE.fullmatch(message)
        if found is None:
            others.append(message.removeprefix("Antiphon: "))
        else:
            mistakes.setdefault(found["setting"], found["told"])
    if mistakes:
        yield f"Warning: {clean_line(_in_one_line(mistakes))}"
    for message in others:
        yield f"Warning: {clean_line(message)}"


def _in_one_line(mistakes: dict[str, str]) -> str:
    more = "`antiphon config check` tells where."
    if len(mistakes) == 1:
        ((setting, told),) = mistakes.items()
        short = _PLACE.sub("", told, count=1)
        return f"{setting} {short}{'' if short.endswith(_ENDS) else '.'} {more}"
    named = ", ".join([*mistakes][:_NAMED])
    rest = len(mistakes) - _NAMED
    others = f" and {rest} more" if rest > 0 else ""
    return f"{named}{others} are not as they should be. {more}"
