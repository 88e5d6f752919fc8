"""Asks the person, through the editor, whether what looks like a key may leave.

`window/showMessageRequest` with two answers is in every editor, so no client needs to know of it. A
client that does not declare it is not asked: the command is refused then, and says what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import anyio

from antiphon.lsp.jsonrpc import REQUEST_CANCELLED, ResponseError, is_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.lsp.requests import RequestContext

_WARNING: Final = 2
"""`MessageType.Warning`"""
_SEND, _STOP = "Send", "Do not send"
_NAMED: Final = 5


async def confirm_secrets(context: RequestContext, warnings: Sequence[str]) -> bool:
    """Whether the person says `Send`; closing the question is a no.

    Raises `ResponseError` (`RequestCancelled`) where the command is cancelled meanwhile.
    """
    connection = context.connection
    if connection.client_capability("window", "showMessage") is None:
        return False
    answer: Any = None
    with anyio.CancelScope() as scope:
        context.cancellation.on_request(scope.cancel)
        try:
            answer = await connection.request("window/showMessageRequest", _question(warnings))
        except ResponseError:
            return False
    if scope.cancelled_caught:
        raise ResponseError(REQUEST_CANCELLED, "The request was cancelled.")
    return is_object(answer) and answer.get("title") == _SEND


def _question(warnings: Sequence[str]) -> dict[str, Any]:
    lines = [f"{each}." for each in warnings[:_NAMED]]
    if len(warnings) > _NAMED:
        lines.append(f"There are {len(warnings) - _NAMED} places more.")
    message = "This would send what looks like a key. " + " ".join(
        _sentence(each) for each in lines
    )
    return {
        "type": _WARNING,
        "message": message,
        "actions": [{"title": _SEND}, {"title": _STOP}],
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
