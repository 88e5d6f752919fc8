"""Defines the errors between a client and its server.

ClientError
├── CommandFailed        the server answered with an error
└── ConnectionLost       the server cannot be reached any more
    ├── ServerDied       the process ended, or could not be started
    ├── NotConnected     a network server could not be reached, or refused
    └── BadServerMessage the server sent something that is not the protocol
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from antiphon.model.failure import FAILURE_KINDS, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.model.failure import FailureKind

REQUEST_CANCELLED: Final = -32800
_KIND_OF_CODE: Final[dict[int, FailureKind]] = {
    -32601: "unsupported",
    -32602: "invalid_params",
    REQUEST_CANCELLED: "interrupted",
}


class ClientError(Exception):
    """The base of every error that a caller gets instead of a result."""


class CommandFailed(ClientError):  # noqa: N818 - named by what happened, like ServerDied
    """The server answered a request with an error.

    `code` is the JSON-RPC code, `field` the JSON path of the invalid argument, if one is named.
    """

    def __init__(
        self,
        failure: Failure,
        *,
        code: int,
        field: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.code = code
        self.field = field
        self.data = data or {}
        """Everything that the error carries, as JSON."""


class ConnectionLost(ClientError):  # noqa: N818 - named by what happened, like ServerDied
    """The server cannot be reached any more: every open request ends with this."""


class ServerDied(ConnectionLost):
    """The server's process ended while it was needed.

    `stderr` is the end of what it wrote there. `exit_code` is `None` if it never started.
    """

    def __init__(self, message: str, *, exit_code: int | None = None, stderr: str = "") -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.stderr = stderr


class NotConnected(ConnectionLost):
    """A network server could not be reached, or refused: the text says what to do."""


class BadServerMessage(ConnectionLost):
    """The server sent bytes that are not a message, so the rest is not read."""


def build_command_error(error: Mapping[str, Any]) -> CommandFailed:
    """Builds the exception for the `error` member of a JSON-RPC response.

    Errors of the JSON-RPC layer itself carry no `data`: their kind follows from the code.
    """
    code = _integer(error.get("code"))
    raw = error.get("data")
    data: Mapping[str, Any] = cast("Mapping[str, Any]", raw) if isinstance(raw, dict) else {}
    named = data.get("kind")
    kind: FailureKind = (
        cast("FailureKind", named)
        if named in FAILURE_KINDS
        else _KIND_OF_CODE.get(code, "internal")
    )
    failure = Failure.of(
        kind,
        _text(data.get("message")) or _text(error.get("message")),
        hint=_text(data.get("hint")),
        provider=_text(data.get("provider")),
    )
    return CommandFailed(failure, code=code, field=_text(data.get("field")), data=data)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _integer(value: object) -> int:
    return value if isinstance(value, int) else 0
