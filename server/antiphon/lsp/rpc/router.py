"""Decides which handler answers which message, and nothing else does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import anyio
from msgspec import Struct

from antiphon.lsp.rpc.jsonrpc import (
    METHOD_NOT_FOUND,
    ResponseError,
    invalid_params,
    is_list,
    is_object,
)
from antiphon.model.closest_names import closest_names

if TYPE_CHECKING:
    from antiphon.lsp.rpc.jsonrpc import RequestId
    from antiphon.lsp.rpc.peer import Peer

ProgressToken = int | str


class Cancellation:
    """Whether the client wants a request stopped."""

    def __init__(self) -> None:
        self._requested = False
        self._callbacks: list[Callable[[], object]] = []

    @property
    def requested(self) -> bool:
        """Whether the client, or the server at its end, has asked for it."""
        return self._requested

    def on_request(self, callback: Callable[[], object]) -> None:
        """Calls `callback` once, in the loop, as soon as the cancellation is requested."""
        if self._requested:
            callback()
        else:
            self._callbacks.append(callback)

    def request(self) -> None:
        """Requests the cancellation, once."""
        self._requested = True
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()


class RequestContext:
    """What a handler knows about the request that it answers."""

    def __init__(
        self,
        connection: Peer,
        request_id: RequestId,
        *,
        work_done_token: ProgressToken | None = None,
        cooperative: bool = False,
        endless: bool = False,
        reply: Callable[[Any], None] | None = None,
    ) -> None:
        """Creates the context, with `reply` to send a result."""
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
        self.endless = endless
        """Whether nobody waits for its answer, as it lasts until it is cancelled."""
        self._claimed: list[ProgressToken] = []
        if not cooperative:
            self.cancellation.on_request(self.scope.cancel)

    def answer_early(self, result: Any) -> None:
        """Answers the request now, and drops what the handler returns later."""
        if self._reply is not None and not self.is_answered:
            self.is_answered = True
            self._reply(result)

    def claim_token(self, token: ProgressToken) -> None:
        """Lets a cancel of `token`, which the server created, reach this request."""
        self._claimed.append(token)

    def has_token(self, token: ProgressToken) -> bool:
        """Checks whether a cancel of `token` concerns this request."""
        return token == self.work_done_token or token in self._claimed


Handler = Callable[[Any, RequestContext], Awaitable[Any]]
"""Answers a request: raw params in, a value for JSON out."""
NotificationHandler = Callable[[Any], Awaitable[None]]

EXECUTE_COMMAND = "workspace/executeCommand"


class Route(Struct, frozen=True):
    """The destination of one request, with its params."""

    handler: Handler
    params: Any
    cooperative: bool
    work_done_token: int | str | None
    name: str
    """The command, or the method of any other request."""
    endless: bool = False


class _Registration(Struct, frozen=True):
    handler: Handler
    cooperative: bool
    endless: bool = False


class Dispatcher:
    """The table of handlers, filled once before the connection runs."""

    def __init__(self) -> None:
        self._requests: dict[str, _Registration] = {}
        self._notifications: dict[str, NotificationHandler] = {}
        self._commands: dict[str, _Registration] = {}

    def request(self, method: str, handler: Handler, *, cooperative: bool = False) -> None:
        """Registers the handler that answers `method`.

        A cancel ends the handler's scope; a `cooperative` one is only notified, through
        `RequestContext.cancellation`, and answers itself.
        """
        self._requests[method] = _Registration(handler, cooperative)

    def command(
        self, name: str, handler: Handler, *, cooperative: bool = False, endless: bool = False
    ) -> None:
        """Registers a command of `workspace/executeCommand`, which gets the one argument object.

        An `endless` one lasts until it is cancelled.
        """
        self._commands[name] = _Registration(handler, cooperative, endless)

    def notification(self, method: str, handler: NotificationHandler) -> None:
        """Registers a listener for `method`, which runs each time as its own task."""
        self._notifications[method] = handler

    def listener(self, method: str) -> NotificationHandler | None:
        """Returns the listener for `method`, if there is one."""
        return self._notifications.get(method)

    def route(self, method: str, params: Any) -> Route:
        """Returns the handler and the params of a request.

        Raises `ResponseError` if no handler answers it, or if its outer shape is wrong.
        """
        if method == EXECUTE_COMMAND:
            return self._command_route(params)
        registration = self._requests.get(method)
        if registration is None:
            raise ResponseError(METHOD_NOT_FOUND, "There is no such method.")
        token = _token_in(params)
        return Route(registration.handler, params, registration.cooperative, token, method)

    def _command_route(self, params: Any) -> Route:
        if not is_object(params):
            raise invalid_params("$", "Send an object with `command` and `arguments`.")
        name: Any = params.get("command")
        if not isinstance(name, str):
            raise invalid_params("$.command", "Name a command.")
        registration = self._commands.get(name)
        if registration is None:
            raise invalid_params("$.command", self._suggestion(name), "There is no such command.")
        argument = _argument(params.get("arguments"))
        token = _token_in(params)
        if token is None:
            token = _token_in(argument)
        handler, cooperative = registration.handler, registration.cooperative
        return Route(handler, argument, cooperative, token, name, registration.endless)

    def _suggestion(self, name: str) -> str:
        near = closest_names(name[:100], self._commands, likeness=0.6, limit=3)
        return f"Use one of: {', '.join(near or sorted(self._commands))}."


def _argument(arguments: Any) -> dict[str, Any]:
    """Returns the one object that a command takes, empty if the client sends none."""
    if arguments is None or arguments == []:
        return {}
    argument: Any = arguments[0] if is_list(arguments) else None
    if not is_object(argument):
        raise invalid_params("$", "Send one object as the command's only argument.")
    return argument


def _token_in(params: Any) -> int | str | None:
    """Returns the work-done token of a request, or `None` if it is invalid."""
    token: Any = params.get("workDoneToken") if is_object(params) else None
    return token if isinstance(token, int | str) and not isinstance(token, bool) else None
