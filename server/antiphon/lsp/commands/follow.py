"""Sends a followed session to its client, each event encoded once for all followers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Raw

from antiphon.lsp.transport.writer import encode_body
from antiphon.model.commands.follow import SessionFollowResult
from antiphon.model.conversation.events import TokenEvent

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from antiphon.engine.following.event_log import LoggedEvent
    from antiphon.engine.following.follower import Follower
    from antiphon.lsp.commands.registry import Command
    from antiphon.lsp.rpc.router import RequestContext
    from antiphon.model.commands.follow import SessionFollowParams


def follow_commands(
    check: Callable[[str], Awaitable[object]], follow: Callable[[str], Awaitable[Follower]]
) -> dict[str, Command]:
    """Returns the handler by command name.

    `check` raises `AntiphonError` if the client has no such session.
    """

    async def handle(params: SessionFollowParams, context: RequestContext) -> SessionFollowResult:
        await check(params.session_id)
        follower = await follow(params.session_id)
        context.cancellation.on_request(follower.stop)
        connection = context.connection
        try:
            while batch := await follower.batch(connection.room):
                events = [Raw(_numbered(number, event)) for number, event in batch]
                value = {"token": params.stream_token, "value": {"events": events}}
                connection.notify("$/progress", value)
        finally:
            follower.leave()
        return SessionFollowResult(session_id=params.session_id, ended=follower.ended)

    return {"antiphon.session.follow": handle}


def _numbered(number: int, logged: LoggedEvent) -> bytes:
    if not logged.encoded:
        logged.encoded = encode_body(_to_wire(logged))
    return b'{"sessionSeq":%d,' % number + logged.encoded[1:]


def _to_wire(logged: LoggedEvent) -> dict[str, Any]:
    event = logged.event
    wire: dict[str, Any] = {}
    if isinstance(event, TokenEvent):  # most are; `to_wire` takes ten times as long
        wire["type"] = "token"
        wire["paneId"] = event.pane_id
        wire["messageId"] = event.message_id
        wire["seq"] = event.seq
        wire["text"] = event.text
    else:
        wire = event.to_wire()
        wire.pop("sessionSeq", None)
    if logged.at is not None:
        wire["at"] = logged.at
    return wire
