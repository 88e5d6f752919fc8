"""Defines `antiphon follow`: shows a session live, whichever program runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from antiphon.model.commands.follow import ChangedEvent, SnapshotEvent
from antiphon_client.errors import ServerDied
from antiphon_client.follow import FollowedSession
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.options import completion
from antiphon_terminal.options.names import find_session
from antiphon_terminal.options.network_server import network_server_options
from antiphon_terminal.output import json_lines
from antiphon_terminal.output.followed import FollowedText

if TYPE_CHECKING:
    from antiphon.model.commands.follow import FollowEvent
    from antiphon_client import AntiphonClient


@click.command("follow")
@click.argument(
    "session",
    default="last",
    metavar="[SESSION|last]",
    shell_complete=completion.complete_sessions,
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line: the events.")
@click.option(
    "--until-complete", is_flag=True, help="Stop as soon as no answer of the session is running."
)
@network_server_options
def command(session: str, *, as_json: bool, until_complete: bool) -> None:
    """Show a session live, whichever editor or terminal runs it.

    What is there comes first, then what is added to it, until Ctrl-C or until the session is
    deleted. If the server dies another one is used, and the text goes on. With --until-complete
    the exit code is 0 only if every last answer is complete.
    """
    run_command(_follow(session, as_json=as_json, until_complete=until_complete))


async def _follow(name: str, *, as_json: bool, until_complete: bool) -> int:
    text = None if as_json else FollowedText()
    while True:
        state = FollowedSession()
        try:
            async with start_server() as client:
                session = await find_session(client, name)
                await _show(client, session.id, state, text, until_complete=until_complete)
            return 0 if not until_complete or _is_complete(state) else 1
        except ServerDied:
            if state.session is None:  # a server that cannot show it once is not asked again
                raise
            name = state.session.id
            click.echo("\nThe server ended. Another one is used.", err=True)


async def _show(
    client: AntiphonClient,
    session_id: str,
    state: FollowedSession,
    text: FollowedText | None,
    *,
    until_complete: bool,
) -> None:
    async with client.follow(session_id) as follow:
        async for event in follow:
            state.apply(event)
            if text is None:
                json_lines.write(event)
            else:
                await _write(client, text, event)
            if until_complete and not state.running:
                break


async def _write(client: AntiphonClient, text: FollowedText, event: FollowEvent) -> None:
    if isinstance(event, SnapshotEvent):
        panes = event.session.panes
        text.begin(event, {pane.id: await client.content(pane.uri) for pane in panes})
    elif isinstance(event, ChangedEvent) and event.pane is not None:
        text.replace(event.pane, await client.content(event.pane.uri))
    else:
        text.write(event)


def _is_complete(state: FollowedSession) -> bool:
    ends = [state.messages(pane_id)[-1:] for pane_id in state.panes]
    return not state.is_deleted and all(
        message.status == "complete" for messages in ends for message in messages
    )
