"""Finds the socket of the shared server that fits an environment.

Clients share a server if it is the same installation and version, and would read the same config
file and keep the same history. The name of the socket says all of that, so others never meet.
"""

from __future__ import annotations

import os
import sys

import antiphon
from antiphon.shared_server.hello import PROTOCOL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

HISTORY_VARIABLE = "ANTIPHON_HISTORY__URL"
_DECIDING = (
    *("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "ANTIPHON_CONFIG"),
    HISTORY_VARIABLE + "_FILE",
)
_MAX_PATH_BYTES = 100
"""Of the 104 (macOS) or 108 (Linux) that the address of a socket may have."""


def find_socket(environ: Mapping[str, str], options: Any = None) -> str:
    """Returns the socket's path for a client with these `initializationOptions`."""
    name = f"{PROTOCOL}-{antiphon.__version__}-{_fingerprint(environ, options):016x}.sock"
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    path = os.path.join(runtime, "antiphon", name)  # noqa: PTH118 - pathlib takes a megabyte
    if os.path.isabs(runtime) and len(os.fsencode(path)) <= _MAX_PATH_BYTES:  # noqa: PTH117 - likewise
        return path
    return f"/tmp/antiphon-{os.getuid()}/{name}"  # noqa: S108 - checked to be this user's alone


def find_history(environ: Mapping[str, str], options: Any) -> str | None:
    """Returns where a client with these options keeps its history, if it says so."""
    url: Any = _member(_member(options, "history"), "url")
    return url if isinstance(url, str) and url else environ.get(HISTORY_VARIABLE)


def _member(value: Any, name: str) -> Any:
    return value.get(name) if hasattr(value, "get") else None


def _fingerprint(environ: Mapping[str, str], options: Any) -> int:
    """Returns 64 bits of what decides the server, by FNV-1a, as `hashlib` loads OpenSSL."""
    parts = [os.path.dirname(antiphon.__file__), sys.prefix]  # noqa: PTH120 - as above
    parts += [environ.get(name, "") for name in _DECIDING]
    parts += [environ.get("ANTIPHON_HISTORY", ""), find_history(environ, options) or ""]
    value = 0xCBF29CE484222325
    for byte in "\0".join(parts).encode("utf-8", "surrogateescape"):
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value
