"""Starts a server early, while its client is still being imported.

The server needs more time to load than its client, and needs `initialize` before it begins. So the
process is spawned, and `initialize` written to it, while the client is still importing its modules.
`AntiphonClient.start` adopts it later. It holds descriptors only: if its client ends in any way,
its stdin is closed and the server ends too.

Only what a bare interpreter has loaded may be imported before the spawn.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

SERVER_COMMAND: Final = (sys.executable, "-P", "-m", "antiphon", "serve")
"""`-P`: a folder `antiphon` in the working directory must not be run as the server."""
_KILL: Final = 9


class EarlyServer:
    """A server's process in the working directory, not adopted yet."""

    def __init__(self, pid: int, stdin_fd: int, stdout_fd: int, stderr_fd: int) -> None:
        self.pid = pid
        self._descriptors: tuple[int, int, int] | None = (stdin_fd, stdout_fd, stderr_fd)

    @classmethod
    def spawn(cls, command: Sequence[str] = SERVER_COMMAND) -> EarlyServer | None:
        """Starts `command`, or returns `None` if the server must be started normally."""
        if not hasattr(os, "posix_spawn"):
            return None
        pipes = [os.pipe() for _ in range(3)]
        server_ends = pipes[0][0], pipes[1][1], pipes[2][1]
        client_ends = pipes[0][1], pipes[1][0], pipes[2][0]
        # If a standard stream is closed, a pipe may have its number and would be overwritten.
        pid = _spawn([*command], server_ends) if min(*server_ends, *client_ends) > 2 else None
        for descriptor in server_ends if pid is not None else (*server_ends, *client_ends):
            os.close(descriptor)
        return None if pid is None else cls(pid, *client_ends)

    def send_initialize(self) -> None:
        """Writes `initialize` as request 1, with the default params."""
        import json  # noqa: PLC0415 - the server loads meanwhile
        from pathlib import Path  # noqa: PLC0415 - likewise

        from antiphon_client.handshake import build_initialize_params  # noqa: PLC0415 - likewise

        params = build_initialize_params(Path.cwd(), None, None, None)
        message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
        body = json.dumps(message).encode()
        if self._descriptors is not None:
            try:
                os.write(self._descriptors[0], b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            except BrokenPipeError:
                return  # it has ended already, which is reported when it is adopted

    def detach(self) -> tuple[int, int, int] | None:
        """Hands over its stdin, stdout and stderr, or returns `None` if that was done before."""
        descriptors, self._descriptors = self._descriptors, None
        return descriptors

    def discard(self) -> None:
        """Kills the server unless it was adopted."""
        descriptors = self.detach()
        if descriptors is None:
            return
        for descriptor in descriptors:
            os.close(descriptor)
        os.kill(self.pid, _KILL)
        os.waitpid(self.pid, 0)


def _spawn(command: list[str], streams: tuple[int, int, int]) -> int | None:
    actions = [
        (os.POSIX_SPAWN_DUP2, descriptor, number) for number, descriptor in enumerate(streams)
    ]
    try:
        return os.posix_spawn(command[0], command, os.environ, file_actions=actions, setsid=True)
    except (OSError, NotImplementedError):  # a normal start reports the error or needs no setsid
        return None
