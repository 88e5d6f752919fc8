"""Speaks JSON-RPC over a pair of byte streams: requests, notifications, progress.

It does not know processes: `write` is called with outgoing bytes, `receive` with incoming ones.
"""

from __future__ import annotations

import asyncio
from itertools import count
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from antiphon_client.errors import BadServerMessage, ConnectionLost, build_command_error
from antiphon_client.framing import Deframer, frame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from antiphon_client.server_requests import ServerRequests

_METHOD_NOT_FOUND: Final = -32601


class PendingRequest:
    """A request that was sent: its id, and the future of its `result`."""

    def __init__(self, request_id: int, response: asyncio.Future[Any]) -> None:
        self.id = request_id
        self.response = response


class Connection:
    """The JSON-RPC connection to one server."""

    def __init__(self, write: Callable[[bytes], None], requests: ServerRequests) -> None:
        self._write = write
        self._requests = requests
        self._deframer = Deframer()
        self._ids = count(1)
        self._pending: dict[int | str, asyncio.Future[Any]] = {}
        self._progress: dict[int | str, Callable[[Any], None]] = {}
        self._notifications: dict[str, Callable[[Mapping[str, Any]], None]] = {}
        self._lost: ConnectionLost | None = None

    def send_request(self, method: str, params: Any) -> PendingRequest:
        """Sends a request and returns its future, of a result or a `ClientError`."""
        pending = self.expect_answer()
        if not pending.response.done():
            self._send({"id": pending.id, "method": method, "params": params})
        return pending

    def expect_answer(self) -> PendingRequest:
        """Registers the next request id, from 1, for a request that is sent elsewhere."""
        request_id = next(self._ids)
        response: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        # asyncio must not report the exception of a request whose caller has stopped waiting.
        response.add_done_callback(lambda done: done.cancelled() or done.exception())
        if self._lost is not None:
            response.set_exception(self._lost)
        else:
            self._pending[request_id] = response
        return PendingRequest(request_id, response)

    async def request(self, method: str, params: Any) -> Any:
        """Sends a request and returns its result, as `wait_for` does."""
        return await self.wait_for(self.send_request(method, params))

    async def wait_for(self, pending: PendingRequest) -> Any:
        """Returns a request's result, and cancels the request if the caller is cancelled."""
        try:
            return await asyncio.shield(pending.response)
        except asyncio.CancelledError:
            self.cancel(pending)
            raise

    def cancel(self, pending: PendingRequest) -> None:
        """Asks the server to cancel a request, whose answer still arrives."""
        if not pending.response.done():
            self.notify("$/cancelRequest", {"id": pending.id})

    def notify(self, method: str, params: Any) -> None:
        """Sends a notification, or does nothing if the server is gone."""
        if self._lost is None:
            self._send({"method": method, "params": params})

    def on_progress(self, token: int | str, handler: Callable[[Any], None] | None) -> None:
        """Passes every `$/progress` value of `token` to `handler`, or to none for `None`."""
        if handler is None:
            self._progress.pop(token, None)
        else:
            self._progress[token] = handler

    def on_notification(self, method: str, handler: Callable[[Mapping[str, Any]], None]) -> None:
        """Passes the params of every `method` notification to `handler`."""
        self._notifications[method] = handler

    def receive(self, data: bytes) -> None:
        """Decodes bytes from the server and handles every message that they complete."""
        if self._lost is not None:
            return
        try:
            for body in self._deframer.feed(data):
                self._handle(_decode(body))
        except BadServerMessage as error:
            self.lose(error)

    def lose(self, reason: ConnectionLost) -> None:
        """Ends every open and every later request with `reason`."""
        if self._lost is not None:
            return
        self._lost = reason
        pending, self._pending = self._pending, {}
        for response in pending.values():
            if not response.done():
                response.set_exception(reason)

    def _handle(self, message: Mapping[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            self._resolve(message)
        elif "id" in message:
            self._answer(message["id"], str(method), _params(message))
        elif method == "$/progress":
            params = _params(message)
            handler = self._progress.get(cast("int | str", params.get("token")))
            if handler is not None:
                handler(params.get("value"))
        elif (on_notification := self._notifications.get(str(method))) is not None:
            on_notification(_params(message))

    def _resolve(self, message: Mapping[str, Any]) -> None:
        response = self._pending.pop(cast("int | str", message.get("id")), None)
        if response is None or response.done():
            return
        if (error := message.get("error")) is not None:
            response.set_exception(build_command_error(cast("Mapping[str, Any]", error)))
        else:
            response.set_result(message.get("result"))

    def _answer(self, request_id: Any, method: str, params: Mapping[str, Any]) -> None:
        answer = self._requests.find_answer(method)
        if answer is None:
            error = {"code": _METHOD_NOT_FOUND, "message": f"This client does not know {method}."}
            self._send({"id": request_id, "error": error})
        else:
            self._send({"id": request_id, "result": answer(params)})

    def _send(self, message: dict[str, Any]) -> None:
        self._write(frame(msgspec.json.encode({"jsonrpc": "2.0", **message})))


def _decode(body: bytes) -> Mapping[str, Any]:
    try:
        message = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise BadServerMessage(
            f"The server sent a message that is not valid JSON: {error}"
        ) from None
    if not isinstance(message, dict):
        raise BadServerMessage("The server sent JSON that is not a message.")
    return cast("Mapping[str, Any]", message)


def _params(message: Mapping[str, Any]) -> Mapping[str, Any]:
    params = message.get("params")
    return cast("Mapping[str, Any]", params) if isinstance(params, dict) else {}
