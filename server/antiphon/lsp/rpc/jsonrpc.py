"""JSON-RPC 2.0 as LSP uses it: error codes, error objects and replies.

Law of this module: it imports nothing, because `antiphon.lsp.startup` needs it before `initialize`
is answered. Codes: JSON-RPC 2.0 section 5.1 and LSP 3.17 "ErrorCodes".
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
