"""Provides a typed client of the protocol: starts a server, sends commands, reads streams.

It imports `antiphon.model` for the types on the wire, and must not know anything else of the
server. Its names are loaded when they are used, so that `antiphon_client.started_server` can be
imported without the rest.

More than twelve entries: one flat package, since the types of a client are few and belong together.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from antiphon_client.client import AntiphonClient
    from antiphon_client.errors import (
        BadServerMessage,
        ClientError,
        CommandFailed,
        NotConnected,
        ServerDied,
    )
    from antiphon_client.reducer import PaneReducer
    from antiphon_client.run import Run

_MODULES = {
    "AntiphonClient": "client",
    "BadServerMessage": "errors",
    "ClientError": "errors",
    "CommandFailed": "errors",
    "NotConnected": "errors",
    "PaneReducer": "reducer",
    "Run": "run",
    "ServerDied": "errors",
}

__all__ = [
    "AntiphonClient",
    "BadServerMessage",
    "ClientError",
    "CommandFailed",
    "NotConnected",
    "PaneReducer",
    "Run",
    "ServerDied",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - `started` must not wait for it

    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
