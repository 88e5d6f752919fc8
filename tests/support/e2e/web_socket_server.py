"""`antiphon serve --ws` as a process, and a bare client of it that knows the bytes of RFC 6455."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from support.e2e.raw_client import PATIENCE_S, RawClient
from support.e2e.server_process import start_process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.e2e.server_process import Starter

_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


class WebSocketServer:
    """A server of its own, on loopback, with the token that it has made."""

    def __init__(
        self,
        environ: Mapping[str, str],
        cwd: Path,
        stderr: Path,
        start: Starter = start_process,
    ) -> None:
        self.process = start(["serve", "--ws=127.0.0.1:0"], environ, cwd, stderr)

    def wait_until_listening(self) -> None:
        assert self.process.stdout is not None
        line = json.loads(self.process.stdout.readline())
        self.url: str = line["listening"]
        self.port = int(self.url.rpartition(":")[2])
        self.token = Path(line["tokenFile"]).read_text().strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def kill(self) -> None:
        """Ends the process with SIGKILL."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)


class WebSocketClient(RawClient):
    """A client that knows JSON-RPC only. What it receives gets headers, and is read as over stdio.

    A thread moves frames to a pipe, and no further than the pipe has room: while the test does not
    read, the client does not either.
    """

    def __init__(self, server: WebSocketServer) -> None:
        self._server = server
        self._socket = socket.create_connection(("127.0.0.1", server.port))
        self._incoming = self._socket.makefile("rb")
        self._sending = threading.Lock()
        self._upgrade()
        stdout, self._pipe = os.pipe()
        self.prepare(server.process, self._socket.makefile("wb", 0), stdout)
        self._thread = threading.Thread(target=self._move, daemon=True)
        self._thread.start()

    def send_body(self, *bodies: bytes) -> None:
        for each in bodies:
            self._send_frame(_TEXT, each)

    def hang_up(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

    def end_server(self) -> None:
        self.process.terminate()

    def __exit__(self, *_: object) -> None:
        self._server.__exit__()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        os.close(self._stdout)
        self._thread.join(PATIENCE_S)
        self._incoming.close()
        self._stdin.close()
        self._socket.close()

    def _upgrade(self) -> None:
        lines = (
            "GET / HTTP/1.1",
            f"Host: 127.0.0.1:{self._server.port}",
            f"Authorization: Bearer {self._server.token}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        )
        self._socket.sendall("".join(f"{line}\r\n" for line in (*lines, "")).encode())
        assert b" 101 " in self._incoming.readline()
        while self._incoming.readline() != b"\r\n":
            pass

    def _send_frame(self, opcode: int, payload: bytes) -> None:
        """Sends a frame whose mask is zero, which leaves the payload as it is."""
        size = len(payload)
        if size < 126:
            head = struct.pack(">BB", 0x80 | opcode, 0x80 | size)
        elif size < 1 << 16:
            head = struct.pack(">BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack(">BBQ", 0x80 | opcode, 0x80 | 127, size)
        with self._sending:
            self._socket.sendall(head + bytes(4) + payload)

    def _move(self) -> None:
        with suppress(OSError, ValueError), os.fdopen(self._pipe, "wb", 0) as pipe:
            while (found := _read_frame(self._incoming)) is not None:
                opcode, payload = found
                if opcode == _TEXT:
                    pipe.write(b"Content-Length: %d\r\n\r\n%b" % (len(payload), payload))
                elif opcode == _PING:
                    self._send_frame(_PONG, payload)
                elif opcode == _CLOSE:
                    return


def _read_frame(incoming: IO[bytes]) -> tuple[int, bytes] | None:
    """The opcode and the payload of the next frame, which servers neither mask nor cut."""
    head = incoming.read(2)
    if len(head) < 2:
        return None
    length = head[1]
    if length == 126:
        (length,) = struct.unpack(">H", incoming.read(2))
    elif length == 127:
        (length,) = struct.unpack(">Q", incoming.read(8))
    payload = incoming.read(length)
    return (head[0] & 15, payload) if len(payload) == length else None
