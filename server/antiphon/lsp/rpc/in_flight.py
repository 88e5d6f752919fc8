"""Requests of the client that are being answered, and how they are cancelled."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from antiphon.lsp.rpc.jsonrpc import RequestId
    from antiphon.lsp.rpc.peer import Peer

    ProgressToken = int | str

_log = logging.getLogger(__name__)


class Cancellation:
    """Whether the client wants a request stopped."""

    def __init__(self) -> None:
        self._requested = False
        self._callbacks: list[Callable[[], object]] = []

    @property
    def requested(self) -> bool:
        """True from the moment on which the client, or the server's own end, asked for it."""
        return self._requested

    def on_request(self, callback: Callable[[], object]) -> None:
        """Calls `callback` once, in the loop, when it is asked for; at once where it was."""
        if self._requested:
            callback()
        else:
            self._callbacks.append(callback)

    def request(self) -> None:
        """Asks for it; a second time changes nothing."""
        self._requested = True
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()


class RequestContext:
    """What a handler knows of the request that it answers."""

    def __init__(
        self,
        connection: Peer,
        request_id: RequestId,
        *,
        work_done_token: ProgressToken | None = None,
        cooperative: bool = False,
        reply: Callable[[Any], None] | None = None,
    ) -> None:
        """`reply` sends a result."""
        self._reply = reply
        self.is_answered = False
        """Whether the client has its answer although the handler still works."""
        self.connection = connection
        self.id = request_id
        self.work_done_token = work_done_token
        """The token under which the client wants work-done progress, if it does."""
        self.cancellation = Cancellation()
        self.scope = anyio.CancelScope()
        """Encloses the handler; its cancellation ends in the reply `RequestCancelled`."""
        self._claimed: list[ProgressToken] = []
        if not cooperative:
            self.cancellation.on_request(self.scope.cancel)

    def answer_early(self, result: Any) -> None:
        """Answers the request now; the handler goes on, and what it returns is dropped."""
        if self._reply is not None and not self.is_answered:
            self.is_answered = True
            self._reply(result)

    def claim_token(self, token: ProgressToken) -> None:
        """Lets a cancel of `token` reach this request: one that the server itself created."""
        self._claimed.append(token)

    def has_token(self, token: ProgressToken) -> bool:
        """Whether a cancel of `token` means this request."""
        return token == self.work_done_token or token in self._claimed


class InFlight:
    """The requests that have no answer yet, by id."""

    def __init__(self) -> None:
        self._by_id: dict[RequestId, RequestContext] = {}
        self._empty: anyio.Event | None = None

    def __contains__(self, request_id: RequestId) -> bool:
        return request_id in self._by_id

    def __iter__(self) -> Iterator[RequestContext]:
        return iter(list(self._by_id.values()))

    def add(self, context: RequestContext) -> None:
        """Takes a request in; its id must be free."""
        self._by_id[context.id] = context

    def remove(self, context: RequestContext) -> None:
        """The request has been answered."""
        del self._by_id[context.id]
        if self._empty and not self._by_id:
            self._empty.set()
            self._empty = None

    def cancel(self, request_id: RequestId) -> None:
        """`$/cancelRequest`: an id that is not in flight is ignored, as LSP wants it."""
        context = self._by_id.get(request_id)
        _log.debug("cancel of request %s: %s", request_id, "stops" if context else "not in flight")
        if context:
            context.cancellation.request()

    def cancel_token(self, token: ProgressToken) -> None:
        """`window/workDoneProgress/cancel`."""
        for context in self:
            if context.has_token(token):
                _log.debug("cancel of request %s, by its progress", context.id)
                context.cancellation.request()

    async def until_empty(self) -> None:
        """Returns as soon as every request has been answered."""
        if self._by_id:
            self._empty = self._empty or anyio.Event()
            await self._empty.wait()

    async def wind_down(self, grace_s: float, last_s: float) -> None:
        """Cancels everything; returns when all is answered, or when the time is over.

        Cooperative handlers have `grace_s` to answer themselves, then their scopes are cancelled,
        and whatever does not heed that within `last_s` is left behind.
        """
        if self._by_id:
            _log.debug("%d requests are stopped: the server ends", len(self._by_id))
        for context in self:
            context.cancellation.request()
        with anyio.move_on_after(grace_s):
            await self.until_empty()
        for context in self:
            context.scope.cancel()
        with anyio.move_on_after(last_s):
            await self.until_empty()
