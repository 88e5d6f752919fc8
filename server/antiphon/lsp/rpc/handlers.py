"""Runs handlers, and ensures that each request is answered exactly once."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from antiphon.engine.log_context import log_context
from antiphon.lsp.rpc.errors import error_of, internal_error
from antiphon.lsp.rpc.jsonrpc import (
    INVALID_REQUEST,
    REQUEST_CANCELLED,
    ResponseError,
    error_reply,
    is_object,
    result_reply,
)
from antiphon.lsp.rpc.router import RequestContext
from antiphon.lsp.transport.writer import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from anyio.abc import TaskGroup

    from antiphon.lsp.rpc.jsonrpc import RequestId
    from antiphon.lsp.rpc.message import Notification, Request
    from antiphon.lsp.rpc.peer import Peer
    from antiphon.lsp.rpc.router import (
        Dispatcher,
        Handler,
        NotificationHandler,
        ProgressToken,
        Route,
    )
    from antiphon.model.wire import Wire


_log = logging.getLogger(__name__)


class InFlight:
    """The requests that have no answer yet, by id."""

    def __init__(self) -> None:
        self._by_id: dict[RequestId, RequestContext] = {}
        self._removed: anyio.Event | None = None

    def __contains__(self, request_id: RequestId) -> bool:
        return request_id in self._by_id

    def __iter__(self) -> Iterator[RequestContext]:
        return iter(list(self._by_id.values()))

    def add(self, context: RequestContext) -> None:
        """Adds a request, whose id must be free."""
        self._by_id[context.id] = context

    def remove(self, context: RequestContext) -> None:
        """Removes a request that has been answered."""
        del self._by_id[context.id]
        if self._removed:
            self._removed.set()
            self._removed = None

    def cancel(self, request_id: RequestId) -> None:
        """Handles `$/cancelRequest`, and ignores unknown ids, as LSP requires."""
        context = self._by_id.get(request_id)
        _log.debug("cancel of request %s: %s", request_id, "stops" if context else "not in flight")
        if context:
            context.cancellation.request()

    def cancel_token(self, token: ProgressToken) -> None:
        """Handles `window/workDoneProgress/cancel`."""
        for context in self:
            if context.has_token(token):
                _log.debug("cancel of request %s, by its progress", context.id)
                context.cancellation.request()

    async def until_empty(self) -> None:
        """Returns as soon as every request has been answered."""
        while self._by_id:
            await self._next_removal()

    async def until_idle(self) -> None:
        """Returns as soon as every request has been answered, but for the endless ones."""
        while any(not context.endless for context in self):
            await self._next_removal()

    async def _next_removal(self) -> None:
        self._removed = self._removed or anyio.Event()
        await self._removed.wait()

    async def wind_down(self, grace_s: float, last_s: float) -> None:
        """Cancels everything, and returns when all is answered or the time is over.

        Cooperative handlers have `grace_s` to answer themselves, then their scopes are cancelled,
        and handlers that still run after `last_s` are abandoned.
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


class HandlerRunner:
    """The requests of one connection, from their routing to their reply.

    `write` takes one framed message. Handlers run in `tasks`. `clean` removes secrets from errors.
    """

    def __init__(
        self,
        connection: Peer,
        dispatcher: Dispatcher,
        write: Callable[[bytes], None],
        tasks: TaskGroup,
        clean: Callable[[Any], Any] = lambda error: error,
    ) -> None:
        self.in_flight = InFlight()
        self._connection = connection
        self._dispatcher = dispatcher
        self._write = write
        self._tasks = tasks
        self._clean = clean

    def start(self, request: Request) -> None:
        """Answers `request`, at once if it is refused, else when its handler returns."""
        if request.id in self.in_flight:
            problem = ResponseError(INVALID_REQUEST, "A request with this id is being answered.")
            self._reply(error_reply(request.id, problem), request.method)
            return
        try:
            route = self._dispatcher.route(request.method, request.params)
        except ResponseError as problem:
            _log.debug("refused a request for %s: %s", request.method[:80], problem.code)
            self._reply(error_reply(request.id, problem), request.method)
            return
        context = RequestContext(
            self._connection,
            request.id,
            work_done_token=route.work_done_token,
            cooperative=route.cooperative,
            endless=route.endless,
            reply=lambda result: self._reply(result_reply(request.id, result), request.method),
        )
        self.in_flight.add(context)
        self._tasks.start_soon(self._answer, request.method, route, context)

    def notify(self, notification: Notification) -> None:
        """Starts the listener of a notification, if there is one."""
        listener = self._dispatcher.listener(notification.method)
        if listener is not None:
            self._tasks.start_soon(self._tell, listener, notification)

    async def _answer(self, method: str, route: Route, context: RequestContext) -> None:
        reply = None
        began = time.perf_counter()
        try:
            with context.scope, log_context(request=str(context.id)):
                _log.debug("%s begins", route.name)
                reply = await _outcome(method, route, context)
        finally:
            self.in_flight.remove(context)
            if reply is None:
                cancelled = ResponseError(REQUEST_CANCELLED, "The request was cancelled.")
                reply = error_reply(context.id, cancelled)
            if not context.is_answered:
                self._reply(reply, method)
            if _log.isEnabledFor(logging.DEBUG):
                _log_answer(route.name, context, reply, time.perf_counter() - began)

    async def _tell(self, listener: NotificationHandler, notification: Notification) -> None:
        try:
            await listener(notification.params)
        except Exception as problem:  # noqa: BLE001 - one bad notification must not end the server
            error = error_of(problem, notification.params, method=notification.method)
            _log.warning("%s was not understood: %s", notification.method, error.message)

    def _reply(self, reply: dict[str, Any], method: str) -> None:
        if "error" in reply:
            reply = {**reply, "error": self._clean(reply["error"])}
        try:
            message = encode(reply)
        except (TypeError, ValueError, RecursionError) as problem:
            # The handler's value is not valid JSON: our bug, but the request still needs an answer.
            message = encode(error_reply(reply["id"], internal_error(problem, method=method)))
        self._write(message)


def _log_answer(name: str, context: RequestContext, reply: dict[str, Any], took_s: float) -> None:
    figures: dict[str, Any] = {"method": name, "ms": round(took_s * 1000, 3)}
    outcome = "answered"
    if "error" in reply:
        problem = reply["error"]
        data: Any = problem.get("data")
        kind: Any = data.get("kind") if is_object(data) else None
        figures["failure"] = kind or problem["code"]
        cancelled = problem["code"] == REQUEST_CANCELLED
        outcome = "cancelled" if cancelled else f"refused ({figures['failure']})"
    with log_context(request=str(context.id)):
        extra = {"figures": figures}
        _log.debug("%s %s after %s ms", outcome, name, figures["ms"], extra=extra)


async def _outcome(method: str, route: Route, context: RequestContext) -> dict[str, Any]:
    try:
        return result_reply(context.id, await route.handler(route.params, context))
    except Exception as problem:  # noqa: BLE001 - every exception is this request's answer
        return error_reply(context.id, error_of(problem, route.params, method=method))


def deferred(
    names: Sequence[str], make: Callable[[], Mapping[str, Handler]]
) -> Mapping[str, Handler]:
    """Returns handlers for `names` that call `make`, in a thread, at the first call.

    `make` imports what the handlers need and returns them by the same names.
    """
    made: dict[str, Handler] = {}
    making = anyio.Lock()

    def handler(name: str) -> Handler:
        async def call(params: Any, context: RequestContext) -> Any:
            if not made:
                async with making:
                    made.update(made or await anyio.to_thread.run_sync(make))
            return await made[name](params, context)

        return call

    return {name: handler(name) for name in names}


def typed(
    handler: Handler, load_params: Callable[[], type[Wire]], params: type[Wire] | None
) -> Handler:
    """Returns a handler of JSON that calls `handler` with its typed params.

    `load_params` imports their class, in a thread at the first call, unless `params` is it.
    """
    kind = params

    async def handle(raw: Any, context: RequestContext) -> Any:
        nonlocal kind
        if kind is None:
            kind = await anyio.to_thread.run_sync(load_params)
        result = await handler(kind.model_validate(raw), context)
        return result.to_wire()

    return handle
