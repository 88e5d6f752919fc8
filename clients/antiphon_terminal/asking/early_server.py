"""The server for a command line, started while the command is still being imported.

Law of this module: it runs before anything else is loaded, and only for command lines that use a
server if they are right. For one that is wrong, the server is ended by who entered it.
"""

from __future__ import annotations

from antiphon_client.started import EarlyServer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = frozenset({"ask", "models", "sessions", "show"})
"""`doctor` starts its own: it says how long that takes."""
_NO_SERVER = frozenset({"-h", "--help"})


def start_for(arguments: Sequence[str]) -> EarlyServer | None:
    """A server that has been sent `initialize`; `None` where it may not be needed."""
    if not _needs_server(arguments):
        return None
    started = EarlyServer.spawn()
    if started is not None:
        started.send_initialize()
    return started


def _needs_server(arguments: Sequence[str]) -> bool:
    return bool(arguments) and arguments[0] in _COMMANDS and _NO_SERVER.isdisjoint(arguments)
