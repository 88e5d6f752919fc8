"""Sends the server's requests to the client, and matches the answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from antiphon.lsp.rpc.jsonrpc import INTERNAL_ERROR, REQUEST_CANCELLED, ResponseError, is_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.lsp.rpc.message import Response


class ClientRequests:
    """Waits for the client's answers, with `send` to write one message."""

    def __init__(self, send: Callable[[dict[str, Any]], None]) -> None:
        self._send = send
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._count = 0
        self._closed = False

    async def request(self, method: str, params: Any) -> Any:
        """Sends a request and returns the client's result.

        Raises `ResponseError` if the client answers with one, or leaves before it answers.
        A caller that is cancelled withdraws the request.
        """
        if self._closed:
            raise _gone()
        request_id = self._next_id()
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = answer
        try:
            self._send(_message(request_id, method, params))
            return await answer
        except asyncio.CancelledError:
            withdrawal = {"method": "$/cancelRequest", "params": {"id": request_id}}
            self._send({"jsonrpc": "2.0", **withdrawal})
            raise
        finally:
            del self._waiting[request_id]

    def send_unawaited(self, method: str, params: Any) -> None:
        """Asks the client for something whose answer does not matter."""
        if not self._closed:
            self._send(_message(self._next_id(), method, params))

    def resolve(self, response: Response) -> None:
        """Passes on the client's answer, or ignores it if nobody waits."""
        answer = self._waiting.get(cast("str", response.id))
        if answer is None or answer.done():
            return
        if response.error is None:
            answer.set_result(response.result)
        else:
            answer.set_exception(_error_of(response.error))

    def _next_id(self) -> str:
        self._count += 1
        return f"antiphon-{self._count}"

    def close(self) -> None:
        """Fails all open requests, as no answer will come any more."""
        self._closed = True
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(_gone())


def _message(request_id: str, method: str, params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}


def _error_of(error: Any) -> ResponseError:
    fields: dict[str, Any] = error if is_object(error) else {}
    code, message = fields.get("code"), fields.get("message")
    return ResponseError(
        code if isinstance(code, int) else INTERNAL_ERROR,
        message if isinstance(message, str) else "The client could not answer.",
        fields.get("data"),
    )


def _gone() -> ResponseError:
    return ResponseError(REQUEST_CANCELLED, "The client has left.")
