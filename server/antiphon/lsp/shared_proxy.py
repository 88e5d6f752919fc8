"""Connects the client of this process to the server that the user's clients share.

`initialize` is answered here, as fast as a server of one's own does it; from then on bytes are
copied. When the shared server ends, so does this process, with a code that makes editors start it
again.

Law of this module: the standard library alone, and little of it. Every editor has such a process.
"""

from __future__ import annotations

import json
import os
import re
import select
import sys

from antiphon.lsp.startup import ClientLeft, answer_initialize, read_chunk, take_stdio, write_all
from antiphon.lsp.transport.framing import encode_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

    from antiphon.lsp.rpc.jsonrpc import Handshake

_CHUNK_BYTES = 64 * 1024
_POLL_MS = 2000
_SHUTDOWN = re.compile(rb'"method"\s*:\s*"shutdown"')
_EXIT = re.compile(rb'"method"\s*:\s*"exit"')
_LONGEST_MATCH = 64


def run(idle_s: float | None) -> int:
    """Serves the client of this process by the shared server, and returns the exit code."""
    stdin_fd, stdout_fd = take_stdio()
    try:
        start = answer_initialize(stdin_fd, stdout_fd)
    except ClientLeft:
        return 1
    from antiphon.shared_server import launch  # noqa: PLC0415 - only now, with `initialize` answered
    from antiphon.shared_server.connect import Refused, read_frame  # noqa: PLC0415 - likewise

    options = start.params.get("initializationOptions")
    try:
        server = launch.open_shared_server(os.environ, options, idle_s=idle_s or launch.IDLE_S)
    except Refused as problem:
        _show_error(stdout_fd, str(problem))
        return 1
    message = {"jsonrpc": "2.0", "id": start.id, "method": "initialize", "params": start.params}
    server.sendall(encode_frame(json.dumps(message).encode()))
    try:
        read_frame(server)  # the answer to `initialize`, which the client has
    except (OSError, ValueError):
        return 1
    return _copy(start, server)


def _copy(start: Handshake, server: socket.socket) -> int:
    """Copies both ways until one end is closed, and returns LSP's exit code."""
    import threading  # noqa: PLC0415 - see above

    watch = ExitWatch()
    sender = threading.Thread(target=_send, args=(start, server, watch), daemon=True)
    sender.start()
    ends = select.poll()
    ends.register(server, select.POLLIN)
    parent = _open_parent(start.params.get("processId"))
    if parent is not None:
        ends.register(parent, select.POLLIN)
    while True:
        ready = [fd for fd, _ in ends.poll()]
        if server.fileno() in ready:
            try:
                data = server.recv(_CHUNK_BYTES)
            except OSError:
                data = b""
            if not data:
                return 0 if watch.is_regular else 1
            try:
                write_all(start.stdout_fd, data)
            except (ClientLeft, OSError):
                return 1
        elif parent in ready:
            return 1


def _send(start: Handshake, server: socket.socket, watch: ExitWatch) -> None:
    data = start.received
    try:
        while True:
            if data:
                watch.look(data)
                server.sendall(data)
            data = read_chunk(start.stdin_fd)
            if not data:
                break
    except OSError:
        pass  # the server is gone, which the other direction reports
    import contextlib  # noqa: PLC0415 - see above
    import socket  # noqa: PLC0415 - see above

    with contextlib.suppress(OSError):
        server.shutdown(socket.SHUT_WR)


class ExitWatch:
    """Notices `shutdown` and `exit` in what the client sends: the exit code depends on them."""

    def __init__(self) -> None:
        self._tail = b""
        self._shut_down = False
        self.is_regular = False
        """Whether the client has sent `exit` after `shutdown`."""

    def look(self, data: bytes) -> None:
        """Takes in the next bytes from the client."""
        seen = self._tail + data
        self._tail = seen[-_LONGEST_MATCH:]
        self._shut_down = self._shut_down or _SHUTDOWN.search(seen) is not None
        if self._shut_down and _EXIT.search(seen):
            self.is_regular = True


def _open_parent(process_id: object) -> int | None:
    """Returns a descriptor that turns readable when the editor ends, if the system has those."""
    if sys.platform != "linux" or not isinstance(process_id, int) or process_id <= 0:
        return None
    try:
        return os.pidfd_open(process_id)
    except (OSError, OverflowError, AttributeError):
        return None


def _show_error(stdout_fd: int, problem: str) -> None:
    sys.stderr.write(f"antiphon: {problem}\n")
    params = {"type": 1, "message": f"Antiphon: {problem}"}
    message = {"jsonrpc": "2.0", "method": "window/showMessage", "params": params}
    write_all(stdout_fd, encode_frame(json.dumps(message).encode()))
