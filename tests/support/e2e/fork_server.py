"""Forks servers from a process that has imported what each of them needs.

Importing it is most of a server's start. The suite is run over three transports, so it starts
hundreds of servers for many clients: each is a process of its own, from the command line on, but
for the imports. `python fork_server.py SOCKET` is that process; `ForkServer` starts and asks it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LENGTH = struct.Struct("!I")
_STATUS = struct.Struct("!i")
_PACKAGES = (
    *("app", "engine", "history", "lsp", "model", "network", "settings"),
    *("providers.demo", "providers.http", "providers.openai", "providers.registry"),
)
"""Everything of the server but what loads a vendor's package, which is loaded when it is used."""


class ForkedProcess:
    """A server's process, with what tests use of `subprocess.Popen`."""

    def __init__(self, connection: socket.socket, stdout: IO[bytes], stderr: IO[bytes] | None):
        self._connection = connection
        self.pid: int = _STATUS.unpack(_receive(connection, _STATUS.size))[0]
        self.stdin = None
        self.stdout = stdout
        self.stderr = stderr
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, as `Popen` has it; `None` while the process runs."""
        return self._await_end(0)

    def wait(self, timeout: float | None = None) -> int:
        """Waits for the end; the exit code."""
        code = self._await_end(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float) -> tuple[bytes, bytes]:
        """Reads both outputs to their ends and waits for that of the process."""
        outputs: dict[int, bytearray] = {
            each.fileno(): bytearray() for each in (self.stdout, self.stderr) if each is not None
        }
        reading, end = set(outputs), time.monotonic() + timeout
        while reading:
            ready, _, _ = select.select(reading, [], [], max(0, end - time.monotonic()))
            if not ready:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            for each in ready:
                outputs[each] += (data := os.read(each, 1 << 16))
                reading -= set() if data else {each}
        self.wait(max(0, end - time.monotonic()))
        whole = [bytes(each) for each in outputs.values()]
        return whole[0], whole[1] if len(whole) > 1 else b""

    def _await_end(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._connection], [], [], timeout)[0]:
            self.returncode = _STATUS.unpack(_receive(self._connection, _STATUS.size))[0]
            self._connection.close()
        return self.returncode


class ForkServer:
    """The process with everything imported. It ends with the one that started it."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        self._reading_umask = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYDANTIC_DISABLE_PLUGINS": "__all__"},
            )

    def start(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        cwd: Path,
        stderr: Path | None,
    ) -> ForkedProcess:
        """Starts `antiphon` with these arguments; without a file for it, stderr is a pipe."""
        ours, theirs = socket.socketpair()
        stdout_end, stdout = os.pipe()
        if stderr is None:
            stderr_end, said = os.pipe()
        else:
            stderr_end, said = None, os.open(stderr, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        socket.send_fds(self._control, [b"."], [theirs.fileno(), stdout, said])
        for each in (theirs.detach(), stdout, said):
            os.close(each)
        with self._reading_umask:  # which can only be read by setting it
            os.umask(umask := os.umask(0))
        request = {"arguments": arguments, "environ": {**environ}, "cwd": str(cwd), "umask": umask}
        body = json.dumps(request).encode()
        ours.sendall(_LENGTH.pack(len(body)) + body)
        kept = None if stderr_end is None else os.fdopen(stderr_end, "rb", 0)
        return ForkedProcess(ours, os.fdopen(stdout_end, "rb", 0), kept)

    def close(self) -> None:
        self._control.close()
        self._process.wait(10)


def _receive(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _serve(control: socket.socket) -> None:
    """Forks a process for each request, and reports the ends of those before."""
    wake, woken = socket.socketpair()
    for each in (wake, woken):
        each.setblocking(False)
    signal.set_wakeup_fd(woken.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([control, wake], [], [])
        if wake in ready:
            wake.recv(1 << 12)
            _report_ends(running)
        if control in ready:
            data, fds, _, _ = socket.recv_fds(control, 1, 3)
            if not data:
                return
            connection = socket.socket(fileno=fds[0])
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                signal.signal(signal.SIGINT, signal.default_int_handler)
                for each in (control, wake, woken, *running.values()):
                    each.close()
                _become_antiphon(connection, fds[1], fds[2])
            running[pid] = connection
            connection.sendall(_STATUS.pack(pid))
            os.close(fds[1])
            os.close(fds[2])


def _report_ends(running: dict[int, socket.socket]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        with running.pop(pid) as connection, contextlib.suppress(OSError):  # nobody asks any more
            connection.sendall(_STATUS.pack(os.waitstatus_to_exitcode(status)))


def _become_antiphon(connection: socket.socket, stdout: int, stderr: int) -> None:
    """Does what the interpreter does with a command line, and never returns."""
    request: dict[str, Any] = json.loads(
        _receive(connection, _LENGTH.unpack(_receive(connection, _LENGTH.size))[0])
    )
    connection.close()
    for fd, number in ((stdout, 1), (stderr, 2)):
        os.dup2(fd, number)
        os.close(fd)
    os.environ.clear()
    os.environ.update(request["environ"])
    os.umask(request["umask"])
    os.chdir(request["cwd"])
    paths = request["environ"].get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:0] = [each for each in paths if each and each not in sys.path]
    sys.argv = ["antiphon", *request["arguments"]]
    from antiphon.__main__ import main

    code: Any = 1
    try:
        main()
    except SystemExit as end:
        code = end.code or 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def _import_server() -> None:
    """Imports every module of the server that any test's server needs."""
    gc.disable()
    for name in _PACKAGES:
        package = importlib.import_module(f"antiphon.{name}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    gc.freeze()


if __name__ == "__main__":
    # An interrupt at the keyboard goes to the whole group; the tests end this one themselves.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _import_server()
    _serve(socket.socket(fileno=int(sys.argv[1])))
