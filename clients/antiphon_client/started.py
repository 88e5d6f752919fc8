"""A server that was started before there was anything to talk to it with.

The server takes longer to load than its client, and needs `initialize` before it begins. So the
process is spawned, and `initialize` written to it, while the client is still importing itself;
`AntiphonClient.start` adopts it then. It holds no more than descriptors: where its client ends in
whatever way, its stdin ends, and so does the server.

Law of this module: only what a bare interpreter has loaded may be imported before the spawn.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

SERVER_COMMAND: Final = (sys.executable, "-P", "-m", "antiphon", "serve")
"""`-P`: a folder called `antiphon` where the client is started must not be run as the server."""
_KILL: Final = 9


class EarlyServer:
    """A server's process in the folder of this one, in a session of its own, not yet adopted."""

    def __init__(self, pid: int, stdin_fd: int, stdout_fd: int, stderr_fd: int) -> None:
        self.pid = pid
        self._descriptors: tuple[int, int, int] | None = (stdin_fd, stdout_fd, stderr_fd)

    @classmethod
    def spawn(cls, command: Sequence[str] = SERVER_COMMAND) -> EarlyServer | None:
        """Starts `command`; `None` where this platform, or this moment, asks for the usual way."""
        if not hasattr(os, "posix_spawn"):
            return None
        pipes = [os.pipe() for _ in range(3)]
        theirs = pipes[0][0], pipes[1][1], pipes[2][1]
        ours = pipes[0][1], pipes[1][0], pipes[2][0]
        # With a standard stream closed, a pipe may sit in its place and be overwritten.
        pid = _spawn([*command], theirs) if min(*theirs, *ours) > 2 else None
        for descriptor in theirs if pid is not None else (*theirs, *ours):
            os.close(descriptor)
        return None if pid is None else cls(pid, *ours)

    def say_hello(self) -> None:
        """Writes `initialize`, as request 1, as a client without wishes of its own sends it."""
        import json  # noqa: PLC0415 - the server loads meanwhile
        from pathlib import Path  # noqa: PLC0415 - likewise

        from antiphon_client.handshake import initialize_params  # noqa: PLC0415 - likewise

        params = initialize_params(Path.cwd(), None, None, None)
        message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
        body = json.dumps(message).encode()
        if self._descriptors is not None:
            try:
                os.write(self._descriptors[0], b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            except BrokenPipeError:
                return  # it has ended already; who adopts it will tell

    def take(self) -> tuple[int, int, int] | None:
        """Its stdin, stdout and stderr for who answers for it from now on; `None` if taken."""
        taken, self._descriptors = self._descriptors, None
        return taken

    def discard(self) -> None:
        """Ends the server unless it was taken: nobody has asked it anything."""
        descriptors = self.take()
        if descriptors is None:
            return
        for descriptor in descriptors:
            os.close(descriptor)
        os.kill(self.pid, _KILL)
        os.waitpid(self.pid, 0)


def _spawn(command: list[str], streams: tuple[int, int, int]) -> int | None:
    actions = [(os.POSIX_SPAWN_DUP2, theirs, number) for number, theirs in enumerate(streams)]
    try:
        return os.posix_spawn(command[0], command, os.environ, file_actions=actions, setsid=True)
    except (OSError, NotImplementedError):  # the usual way says what is wrong, or needs no setsid
        return None
