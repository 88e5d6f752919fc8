"""Finds the server that a user's clients share, and greets it early.

Only what a bare interpreter has loaded may be imported before a server is known to be there.
"""

from __future__ import annotations

import os

from antiphon.shared_server.address import find_socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from typing import Any, Final

OPT_OUT: Final = "ANTIPHON_NO_SHARED"
"""The environment variable with which a terminal starts servers of its own."""


class SharedServer:
    """A connection to a server that answers at a Unix socket."""

    def __init__(self, connected: socket.socket, environ: Mapping[str, str]) -> None:
        self._socket: socket.socket | None = connected
        self._environ = environ
        self.is_greeted = False
        """Whether the hello and `initialize` were sent, as requests 1 and 2."""

    @classmethod
    def find(cls, environ: Mapping[str, str]) -> SharedServer | None:
        """Connects to the shared server that fits `environ`, or returns `None` without one."""
        path = find_socket(environ)
        if environ.get(OPT_OUT) or not os.path.exists(path):  # noqa: PTH110 - pathlib is not loaded
            return None
        from antiphon.shared_server.connect import NoServer, Refused  # noqa: PLC0415 - see above

        try:
            return cls.connect(path, environ)
        except (NoServer, Refused):
            return None

    @classmethod
    def connect(cls, path: str, environ: Mapping[str, str]) -> SharedServer:
        """Connects to the server at `path`. Raises `NoServer`, `Refused`."""
        from antiphon.shared_server.connect import connect  # noqa: PLC0415 - see above

        return cls(connect(path), environ)

    def greet(self, params: Mapping[str, Any] | None = None) -> None:
        """Sends the hello and `initialize`, with default params, as requests 1 and 2."""
        import json  # noqa: PLC0415 - see above

        from antiphon.shared_server.hello import METHOD, build_hello  # noqa: PLC0415 - see above
        from antiphon_client.handshake import build_initialize_params  # noqa: PLC0415 - see above

        if params is None:
            from pathlib import Path  # noqa: PLC0415 - see above

            params = build_initialize_params(Path.cwd(), None, None, None)
        requests = (1, METHOD, build_hello(self._environ)), (2, "initialize", params)
        data = b""
        for request_id, method, argument in requests:
            message = {"jsonrpc": "2.0", "id": request_id, "method": method, "params": argument}
            body = json.dumps(message).encode()
            data += b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        self.is_greeted = True
        if self._socket is not None:
            try:
                self._socket.sendall(data)
            except OSError:
                return  # it has ended, which is reported when the answer is read

    def detach(self) -> socket.socket | None:
        """Hands over the connection, or returns `None` if that was done before."""
        connected, self._socket = self._socket, None
        return connected

    def discard(self) -> None:
        """Leaves the server unless the connection was handed over."""
        connected = self.detach()
        if connected is not None:
            connected.close()
