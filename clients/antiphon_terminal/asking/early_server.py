"""Starts the server for a command line while the command is still being imported.

It runs before anything else is loaded, and only for commands that use a server. If the command line
turns out to be wrong, `antiphon.__main__` ends the server.
"""

from __future__ import annotations

from antiphon_client.started import EarlyServer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = frozenset({"ask", "models", "sessions", "show"})
"""`doctor` starts its own server, to measure how long that takes."""
_HELP = frozenset({"-h", "--help"})


def start_early_server(arguments: Sequence[str]) -> EarlyServer | None:
    """Starts a server and sends it `initialize`, if the command needs one."""
    if not _needs_server(arguments):
        return None
    started = EarlyServer.spawn()
    if started is not None:
        started.send_initialize()
    return started


def _needs_server(arguments: Sequence[str]) -> bool:
    return bool(arguments) and arguments[0] in _COMMANDS and _HELP.isdisjoint(arguments)
