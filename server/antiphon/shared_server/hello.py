"""Defines the first message on a Unix socket: a client's version and environment.

A client that speaks LSP only leaves it out, and then has the environment of the server.
"""

from __future__ import annotations

from antiphon import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

METHOD = "antiphon/hello"
PROTOCOL = 1
"""The version of the protocol, which only grows."""


def build_hello(environ: Mapping[str, str], *, status: bool = False) -> dict[str, Any]:
    """Builds the params: `environ` holds the keys, `status` asks for how the server fares."""
    params: dict[str, Any] = {"protocol": PROTOCOL, "version": __version__}
    return {**params, "status": True} if status else {**params, "environ": dict(environ)}


def find_mismatch(params: Mapping[str, Any]) -> str | None:
    """Returns why a client with these params cannot be served by this version, or `None`."""
    if params.get("protocol") == PROTOCOL and params.get("version") == __version__:
        return None
    return (
        f"This server is Antiphon {__version__}, the client is {params.get('version')}. "
        "Start the client again, or end the server: antiphon server stop"
    )
