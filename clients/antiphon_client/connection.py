"""JSON-RPC over one pair of byte streams: requests and their answers, notifications, progress.

Knows nothing of processes: `write` takes the bytes that go out, `receive` those that came in.
"""

from __future__ import annotations

import asyncio
from itertools import count
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from antiphon_client.errors import BadServerMessage, ConnectionLost, command_failed
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
    """One conversation with one server."""

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
        """Sends a request at once; its future ends with the result, or with a `ClientError`."""
        pending = self.expect_answer()
        if not pending.response.done():
            self._send({"id": pending.id, "method": method, "params": params})
        return pending

    def expect_answer(self) -> PendingRequest:
        """A request with the next id, from 1, that is sent by somebody else, or was already."""
        request_id = next(self._ids)
        response: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        # An answer that nobody waits for any more must not be reported as a lost exception.
        response.add_done_callback(lambda done: done.cancelled() or done.exception())
        if self._lost is not None:
            response.set_exception(self._lost)
        else:
            self._pending[request_id] = response
        return PendingRequest(request_id, response)

    async def request(self, method: str, params: Any) -> Any:
        """The result of a request; one whose caller is cancelled is cancelled at the server too."""
        return await self.result_of(self.send_request(method, params))

    async def result_of(self, pending: PendingRequest) -> Any:
        """The result of a request that was sent, which is cancelled together with its caller."""
        try:
            return await asyncio.shield(pending.response)
        except asyncio.CancelledError:
            self.cancel(pending)
            raise

    def cancel(self, pending: PendingRequest) -> None:
        """Asks the server to stop working on a request; its answer still comes."""
        if not pending.response.done():
            self.notify("$/cancelRequest", {"id": pending.id})

    def notify(self, method: str, params: Any) -> None:
        """Sends a notification; to a server that is gone it goes nowhere, as LSP allows."""
        if self._lost is None:
            self._send({"method": method, "params": params})

    def on_progress(self, token: int | str, handler: Callable[[Any], None] | None) -> None:
        """Hands every `$/progress` value of `token` to `handler`, in order; `None` ends that."""
        if handler is None:
            self._progress.pop(token, None)
        else:
            self._progress[token] = handler

    def on_notification(self, method: str, handler: Callable[[Mapping[str, Any]], None]) -> None:
        """Hands the params of every `method` notification to `handler`; others are ignored."""
        self._notifications[method] = handler

    def receive(self, data: bytes) -> None:
        """Takes bytes from the server and acts on every message that they complete."""
        if self._lost is not None:
            return
        try:
            for body in self._deframer.feed(data):
                self._act_on(_decode(body))
        except BadServerMessage as error:
            self.lose(error)

    def lose(self, reason: ConnectionLost) -> None:
        """Ends every open request with `reason`, and every later one."""
        if self._lost is not None:
            return
        self._lost = reason
        pending, self._pending = self._pending, {}
        for response in pending.values():
            if not response.done():
                response.set_exception(reason)

    def _act_on(self, message: Mapping[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            self._settle(message)
        elif "id" in message:
            self._answer(message["id"], str(method), _params(message))
        elif method == "$/progress":
            params = _params(message)
            handler = self._progress.get(cast("int | str", params.get("token")))
            if handler is not None:
                handler(params.get("value"))
        elif (on_notification := self._notifications.get(str(method))) is not None:
            on_notification(_params(message))

    def _settle(self, message: Mapping[str, Any]) -> None:
        response = self._pending.pop(cast("int | str", message.get("id")), None)
        if response is None or response.done():
            return
        if (error := message.get("error")) is not None:
            response.set_exception(command_failed(cast("Mapping[str, Any]", error)))
        else:
            response.set_result(message.get("result"))

    def _answer(self, request_id: Any, method: str, params: Mapping[str, Any]) -> None:
        answer = self._requests.answer_to(method)
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
        raise BadServerMessage(f"The server sent a message that is no JSON: {error}") from None
    if not isinstance(message, dict):
        raise BadServerMessage("The server sent JSON that is no message.")
    return cast("Mapping[str, Any]", message)


def _params(message: Mapping[str, Any]) -> Mapping[str, Any]:
    params = message.get("params")
    return cast("Mapping[str, Any]", params) if isinstance(params, dict) else {}
