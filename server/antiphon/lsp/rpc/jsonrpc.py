"""JSON-RPC 2.0 as LSP uses it: errors and replies, and which methods are allowed when.

Law of this module: it imports nothing that `antiphon.lsp.startup` does not need as well, because it
is needed before `initialize` is answered. Sources: JSON-RPC 2.0 section 5.1; LSP 3.17, "ErrorCodes"
and "Server lifecycle".
"""

from __future__ import annotations

from antiphon.lsp.transport.framing import FrameParser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from antiphon.lsp.transport.framing import FramingError

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

    `message` goes to the other side as it is: it must hold no text of a foreign exception.
    """

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    def to_object(self) -> dict[str, Any]:
        """The error object of the reply."""
        fields: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.data is not None:
            fields["data"] = self.data
        return fields


def is_object(value: Any) -> bool:
    """Whether `value` is a JSON object; no type guard, so that its members stay `Any`."""
    return isinstance(value, dict)


def is_list(value: Any) -> bool:
    """Whether `value` is a JSON array; no type guard either."""
    return isinstance(value, list)


def result_reply(request_id: RequestId, result: Any) -> dict[str, Any]:
    """The reply to a request that went well."""
    return {"jsonrpc": "2.0", "id": request_id, "result": result}


def error_reply(request_id: RequestId | None, error: ResponseError) -> dict[str, Any]:
    """The reply to a request that went wrong; `None` where its id could not be read."""
    return {"jsonrpc": "2.0", "id": request_id, "error": error.to_object()}


def invalid_params(field: str, hint: str, message: str | None = None) -> ResponseError:
    """What a wrong argument is answered with; `field` is its JSON path, `$.models[0]`."""
    text = message or "The request has a wrong shape."
    data = {"kind": "invalid_params", "field": field, "message": text, "hint": hint}
    return ResponseError(INVALID_PARAMS, text, data)


class Handshake:
    """What the connection goes on from: the client's `initialize`, answered already."""

    def __init__(
        self, *, request_id: RequestId, params: dict[str, Any], stdin_fd: int, stdout_fd: int
    ) -> None:
        self.id = request_id
        self.params = params
        """The params of `initialize`, as the client sent them."""
        self.leftover: list[bytes | FramingError] = []
        """Whole messages that came in the same read as `initialize`."""
        self.parser: FrameParser = FrameParser()
        """Holds the part of a message that came with them."""
        self.stdin_fd = stdin_fd
        self.stdout_fd = stdout_fd


class Lifecycle:
    """The state of a connection: not initialized, running or shut down."""

    def __init__(self, *, initialized: bool = False) -> None:
        self._initialized = initialized
        self._shut_down = False

    @property
    def exit_code(self) -> int:
        """What the process ends with if it ends now: 0 only after `shutdown`."""
        return 0 if self._shut_down else 1

    def refusal(self, method: str) -> ResponseError | None:
        """Returns why a request for `method` is not allowed now; `None` if it is."""
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
        """Whether a notification of `method` is dropped now; `exit` never is."""
        return method != "exit" and (self._shut_down or not self._initialized)

    def shut_down(self) -> None:
        """`shutdown` was asked for."""
        self._shut_down = True
