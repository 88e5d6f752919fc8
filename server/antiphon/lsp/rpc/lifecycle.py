"""The life of a server by LSP 3.17, "Server lifecycle": what is allowed when, and the exit code.

Law of this module: it imports nothing that `antiphon.lsp.startup` does not need as well, because it
is needed before `initialize` is answered.
"""

from __future__ import annotations

from antiphon.lsp.rpc.jsonrpc import INVALID_REQUEST, SERVER_NOT_INITIALIZED, ResponseError
from antiphon.lsp.transport.framing import FrameParser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from antiphon.lsp.rpc.jsonrpc import RequestId
    from antiphon.lsp.transport.framing import FramingError


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
    """Where a connection stands: not initialized, running or shut down."""

    def __init__(self, *, initialized: bool = False) -> None:
        self._initialized = initialized
        self._shut_down = False

    @property
    def exit_code(self) -> int:
        """What the process ends with if it ends now: 0 only after `shutdown`."""
        return 0 if self._shut_down else 1

    def refusal(self, method: str) -> ResponseError | None:
        """Why a request for `method` is not allowed now, or `None` where it is."""
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
