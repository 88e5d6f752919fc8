"""Starts the shared server if there is none, as a process that nobody waits for."""

from __future__ import annotations

import os
import sys
import time

from antiphon.shared_server.address import HISTORY_VARIABLE, find_history, find_socket
from antiphon.shared_server.connect import NoServer, Refused, connect, greet
from antiphon.shared_server.peer import NotPrivate, check_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from typing import Any

IDLE_S = 600.0
"""How long a shared server outlives its last client."""
_START_S = 30.0
_RETRY_S = 0.02
_KEPT = {
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP",
    "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DBUS_SESSION_BUS_ADDRESS", "SYSTEMROOT",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "ANTIPHON_CONFIG",
}  # fmt: skip
_KEPT_PREFIXES = (
    "LC_", "XDG_", "PYTHON", "SSL_CERT_", "DYLD_",
    "ANTIPHON_HISTORY", "ANTIPHON_LOG", "ANTIPHON_LIMITS__REDIS_URL",
)  # fmt: skip


def open_shared_server(
    environ: Mapping[str, str], options: Any, *, idle_s: float = IDLE_S
) -> socket.socket:
    """Returns a greeted connection to the shared server, which is started if there is none.

    `options` are the client's `initializationOptions`. Raises `Refused`.
    """
    path = find_socket(environ, options)
    ends = time.monotonic() + _START_S
    while True:
        try:
            return _connect(path, environ)
        except NoServer:
            pass
        problem = _start(path, server_environ(environ, options), idle_s)
        try:
            return _connect(path, environ)
        except NoServer:
            if time.monotonic() > ends:
                raise Refused(f"The shared server does not start. {problem}".strip()) from None
            time.sleep(_RETRY_S)


def server_environ(environ: Mapping[str, str], options: Any) -> dict[str, str]:
    """Returns the environment of a shared server: what every program needs, and no key."""
    kept = {
        name: value
        for name, value in environ.items()
        if name in _KEPT
        or name.startswith(_KEPT_PREFIXES)
        or name.lower() in ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    }
    history = find_history(environ, options)
    return kept if history is None else {**kept, HISTORY_VARIABLE: history}


def _connect(path: str, environ: Mapping[str, str]) -> socket.socket:
    server = connect(path)
    try:
        greet(server, environ)
    except BaseException:
        server.close()
        raise
    return server


def _start(path: str, environ: dict[str, str], idle_s: float) -> str:
    """Starts a server, waits until it listens or ends, and returns its error."""
    folder = os.path.dirname(path)  # noqa: PTH120 - pathlib takes a megabyte
    try:
        os.makedirs(folder, 0o700, exist_ok=True)  # noqa: PTH103 - likewise
        check_folder(folder)
    except (OSError, NotPrivate) as problem:
        raise Refused(f"There is no place for the shared server's socket: {problem}") from None
    command = [sys.executable, "-P", "-m", "antiphon", "serve"]
    command += [f"--unix={path}", f"--idle-seconds={idle_s:g}"]
    log = f"{path.removesuffix('.sock')}.err"
    ready, listening = os.pipe()
    child = os.fork()
    if child == 0:
        _become_server(command, environ, listening, log)
    os.close(listening)
    os.waitpid(child, 0)
    with os.fdopen(ready, "rb") as stream:
        if stream.readline():
            return ""
    return _read_tail(log)


def _become_server(command: list[str], environ: dict[str, str], stdout: int, log: str) -> None:
    """Turns this process into the server, in no editor's tree of processes."""
    try:
        os.setsid()
        if os.fork():
            os._exit(0)
        os.chdir("/")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        errors = os.open(log, flags, 0o600)
        null = os.open(os.devnull, os.O_RDONLY)
        for descriptor, number in ((null, 0), (stdout, 1), (errors, 2)):
            os.dup2(descriptor, number)
        os.execve(command[0], command, environ)  # noqa: S606 - no shell is wanted
    finally:
        os._exit(1)


def _read_tail(log: str) -> str:
    try:
        with open(log, encoding="utf-8", errors="replace") as lines:  # noqa: PTH123 - as above
            return "".join(lines.readlines()[-3:])
    except OSError:
        return ""
