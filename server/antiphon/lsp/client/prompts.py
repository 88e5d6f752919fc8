"""Asks the user through the editor: for a key in its secret store, for consent.

Only a client that announces `{keys: true}` under `capabilities.experimental.antiphon` is asked for
a key. The answer is passed on and stored nowhere here; it is in no log, as bodies are never logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import anyio

from antiphon.lsp.rpc.jsonrpc import REQUEST_CANCELLED, ResponseError, is_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.lsp.rpc.peer import Peer
    from antiphon.lsp.rpc.router import RequestContext


_PATIENCE_S: Final = 5.0


async def ask_for_key(connection: Peer, provider: str, base_url: str | None) -> str | None:
    """Returns the editor's key for `provider`, or `None` if none comes in time.

    The origin that the key would be sent to goes with the question, so that an editor can keep
    keys by origin and need not hand one to an address that it does not know.
    """
    if not connection.client_capability("experimental", "antiphon", "keys"):
        return None
    answer: Any = None
    with anyio.move_on_after(_PATIENCE_S):
        try:
            params = {"provider": provider, "origin": _origin(base_url)}
            answer = await connection.request("antiphon/key", params)
        except ResponseError:
            return None
    key: Any = answer.get("key") if is_object(answer) else None
    return key if isinstance(key, str) and key else None


def _origin(base_url: str | None) -> str | None:
    if base_url is None:
        return None
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"


_WARNING: Final = 2
"""`MessageType.Warning`"""
_SEND, _STOP = "Send", "Do not send"
_NAMED: Final = 5


async def confirm_secrets(
    context: RequestContext, warnings: Sequence[str], *, asks: bool = False
) -> bool:
    """Asks the user whether to send `warnings`.

    A client that declares nothing of `window` may have no user, unless its command tells the server
    to ask. Raises as `confirm_sending` does.
    """
    if not asks and context.connection.client_capability("window") is None:
        return False
    return await confirm_sending(context, _describe_secrets(warnings))


async def confirm_sending(context: RequestContext, question: str) -> bool:
    """Asks the user whether to send, and returns whether to.

    Closing the question counts as a refusal. Raises `ResponseError` (`RequestCancelled`) if the
    command is cancelled meanwhile.
    """
    connection = context.connection
    params = {
        "type": _WARNING,
        "message": question,
        "actions": [{"title": _SEND}, {"title": _STOP}],
    }
    answer: Any = None
    with anyio.CancelScope() as scope:
        context.cancellation.on_request(scope.cancel)
        try:
            answer = await connection.request("window/showMessageRequest", params)
        except ResponseError:
            return False
    if scope.cancelled_caught:
        raise ResponseError(REQUEST_CANCELLED, "The request was cancelled.")
    return is_object(answer) and answer.get("title") == _SEND


def _describe_secrets(warnings: Sequence[str]) -> str:
    lines = [f"{each}." for each in warnings[:_NAMED]]
    if len(warnings) > _NAMED:
        lines.append(f"There are {len(warnings) - _NAMED} more.")
    return "This would send what looks like a key. " + " ".join(_sentence(each) for each in lines)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
