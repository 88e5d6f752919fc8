"""Defines JSON-RPC 2.0 as LSP uses it: errors, replies, and allowed methods.

Law of this module: it imports nothing that `antiphon.lsp.startup` does not need as well, because it
is needed before `initialize` is answered. Sources: JSON-RPC 2.0 section 5.1; LSP 3.17, "ErrorCodes"
and "Server lifecycle".
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    RequestId = int | str

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
SERVER_NOT_INITIALIZED = -32002
REQUEST_FAILED = -32803
REQUEST_CANCELLED = -32800


class ResponseError(Exception):
    """An error reply, to be sent or as received.

    `message` goes to the other side as it is: it must not contain text of a foreign exception.
    """

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    def to_object(self) -> dict[str, Any]:
        """Returns the error object of the reply."""
        fields: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.data is not None:
            fields["data"] = self.data
        return fields


def is_object(value: Any) -> bool:
    """Checks whether `value` is a JSON object."""
    return isinstance(value, dict)


def is_list(value: Any) -> bool:
    """Checks whether `value` is a JSON array."""
    return isinstance(value, list)


def result_reply(request_id: RequestId, result: Any) -> dict[str, Any]:
    """Builds the reply to a request that succeeded."""
    return {"jsonrpc": "2.0", "id": request_id, "result": result}


def error_reply(request_id: RequestId | None, error: ResponseError) -> dict[str, Any]:
    """Builds the reply to a request that failed, with `None` for an unreadable id."""
    return {"jsonrpc": "2.0", "id": request_id, "error": error.to_object()}


def invalid_params(field: str, hint: str, message: str | None = None) -> ResponseError:
    """Builds the error for a wrong argument, at the JSON path `field`."""
    text = message or "The request has a wrong shape."
    data = {"kind": "invalid_params", "field": field, "message": text, "hint": hint}
    return ResponseError(INVALID_PARAMS, text, data)


class Handshake:
    """The client's `initialize`, answered already, from which the connection continues."""

    def __init__(
        self, *, request_id: RequestId, params: dict[str, Any], stdin_fd: int, stdout_fd: int
    ) -> None:
        self.id = request_id
        self.params = params
        """The params of `initialize`, as the client sent them."""
        self.received = b""
        """What came behind `initialize` in the same read."""
        self.stdin_fd = stdin_fd
        self.stdout_fd = stdout_fd


class Lifecycle:
    """The state of a connection: not initialized, running or shut down."""

    def __init__(self, *, initialized: bool = False) -> None:
        self._initialized = initialized
        self._shut_down = False

    @property
    def exit_code(self) -> int:
        """The exit code if the process ends now: 0 only after `shutdown`."""
        return 0 if self._shut_down else 1

    def refusal(self, method: str) -> ResponseError | None:
        """Returns why a request for `method` is not allowed now, or `None`."""
        if not self._initialized:
            if method == "initialize":
                return None
            return ResponseError(SERVER_NOT_INITIALIZED, "Send `initialize` first.")
        if method == "initialize":
            return ResponseError(INVALID_REQUEST, "The server is initialized already.")
        if self._shut_down:
            return ResponseError(INVALID_REQUEST, "The server has been shut down.")
        return None

    def ignores(self, method: str) -> bool:
        """Checks whether a notification of `method` is dropped now, which `exit` never is."""
        return method != "exit" and (self._shut_down or not self._initialized)

    def shut_down(self) -> None:
        """Notes that `shutdown` was requested."""
        self._shut_down = True
