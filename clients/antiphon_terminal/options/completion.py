"""What a shell offers when Tab is pressed: models, sessions and panes, as a server knows them.

Switched on as click does it, for example `eval "$(_ANTIPHON_COMPLETE=bash_source antiphon)"`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from antiphon_client import AntiphonClient, ClientError
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import click
    from click.shell_completion import CompletionItem

    Offers = list[tuple[str, str | None]]
    """Values, and what is said of each."""

_SESSIONS = 20


def models(_context: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """The models that can be asked."""

    provider, slash, _ = begun.partition("/")

    async def look(client: AntiphonClient) -> Offers:
        listed = await client.models(query=begun, providers=[provider] if slash else [])
        return [(each.id, None) for each in listed.models if each.available]

    return _offered(look, begun)


def sessions(_context: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """`last`, and the sessions that were used last."""

    async def look(client: AntiphonClient) -> Offers:
        listed = (await client.sessions(limit=_SESSIONS)).sessions
        return [("last", None), *((each.id, clean_line(each.title)) for each in listed)]

    return _offered(look, begun)


def panes(_context: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """The panes of the last session, by their titles."""

    async def look(client: AntiphonClient) -> Offers:
        listed = (await client.sessions(limit=1)).sessions
        return [
            (clean_line(pane.title), clean_line(pane.model))
            for session in listed
            for pane in session.panes
        ]

    return _offered(look, begun)


def _offered(
    look: Callable[[AntiphonClient], Awaitable[Offers]], begun: str
) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - only where Tab is pressed

    async def asked() -> Offers:
        async with AntiphonClient.start() as client:
            return await look(client)

    try:
        found = asyncio.run(asked())
    except ClientError:  # somebody presses Tab: nothing to offer is an answer, an error is none
        return []
    return [CompletionItem(value, help=told) for value, told in found if value.startswith(begun)]
