"""Completes models, sessions and panes in a shell, as a server knows them.

Turned on in click's way, for example `eval "$(_ANTIPHON_COMPLETE=bash_source antiphon)"`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from antiphon_client import AntiphonClient, ClientError
from antiphon_client.shared_server import SharedServer
from antiphon_client.started_server import EarlyServer
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import click
    from click.shell_completion import CompletionItem

    Offers = list[tuple[str, str | None]]
    """Values, and the description of each."""

_SESSIONS = 20


def complete_models(
    context: click.Context, _param: click.Parameter, prefix: str
) -> list[CompletionItem]:
    """Completes the models that can be asked, and the presets as `@<name>`."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - only for completion

    from antiphon_terminal.options.completion_cache import (  # noqa: PLC0415 - likewise
        load_completion,
        save_completion,
    )

    known = load_completion(prefix)
    if known is not None:
        return [CompletionItem(each) for each in known]
    provider, slash, _ = prefix.partition("/")
    # No provider has a name that begins with `@`, so none is asked for its list.
    providers = [provider] if slash or prefix.startswith("@") else []
    listed = f"{provider}/" if slash else prefix[:1] if providers else ""

    async def fetch(client: AntiphonClient) -> Offers:
        # Read without the types of a whole card, which take longer than the ids.
        found = await client.command("antiphon.models", {"providers": providers, "ids": True})
        ids = found.get("ids")
        if ids is None:  # a server from before `ids`
            ids = [each["id"] for each in found["models"] if each["available"]]
        names = [*ids, *(f"@{each}" for each in found["presets"])]
        if any(each.startswith(listed) for each in names):
            save_completion(listed, [each for each in names if each.startswith(listed)])
        return [(name, None) for name in names]

    return _complete(context, fetch, prefix)


def complete_sessions(
    context: click.Context, _param: click.Parameter, prefix: str
) -> list[CompletionItem]:
    """Completes `last` and the sessions that were used last."""

    async def fetch(client: AntiphonClient) -> Offers:
        listed = (await client.sessions(limit=_SESSIONS)).sessions
        return [("last", None), *((each.id, clean_line(each.title)) for each in listed)]

    return _complete(context, fetch, prefix)


def complete_panes(
    context: click.Context, _param: click.Parameter, prefix: str
) -> list[CompletionItem]:
    """Completes the panes of the last session, by their titles."""

    async def fetch(client: AntiphonClient) -> Offers:
        listed = (await client.sessions(limit=1)).sessions
        return [
            (clean_line(pane.title), clean_line(pane.model))
            for session in listed
            for pane in session.panes
        ]

    return _complete(context, fetch, prefix)


def _complete(
    context: click.Context,
    fetch: Callable[[AntiphonClient], Awaitable[Offers]],
    prefix: str,
) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - only for completion

    async def ask() -> Offers:
        shared = context.find_object(SharedServer)
        opening = (
            AntiphonClient.start(started=context.find_object(EarlyServer))
            if shared is None
            else AntiphonClient.connect_unix(connected=shared)
        )
        async with opening as client:
            return await fetch(client)

    try:
        found = asyncio.run(ask())
    except ClientError:  # an error message would disturb the line that the user is typing
        return []
    return [
        CompletionItem(value, help=description)
        for value, description in found
        if value.startswith(prefix)
    ]
