"""Starts the server for a command line while the command is still being imported.

It runs before anything else is loaded, and only for commands that use a server. If the command line
turns out to be wrong, `antiphon.__main__` ends the server.
"""

from __future__ import annotations

from antiphon_client.shared_server import SharedServer
from antiphon_client.started_server import EarlyServer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_COMMANDS = frozenset({"ask", "models", "sessions", "show"})
"""`doctor` starts its own server, to measure how long that takes."""
_HELP = frozenset({"-h", "--help"})


_COMPLETED = frozenset({"sessions", "show", "compare", "consensus", "summarize", "merge"})
"""Their arguments are completed by the server; of `ask` only the values of its options are."""


def start_early_server(
    arguments: Sequence[str], environ: Mapping[str, str]
) -> EarlyServer | SharedServer | None:
    """Connects to the shared server or starts one, if the command needs one."""
    if environ.get("_ANTIPHON_COMPLETE", "").endswith("_complete"):
        is_needed = _completion_needs_server(environ)
    else:
        is_needed = _needs_server(arguments)
    if not is_needed:
        return None
    shared = SharedServer.find(environ)
    if shared is not None:
        shared.greet()
        return shared
    started = EarlyServer.spawn()
    if started is not None:
        started.send_initialize()
    return started


def _needs_server(arguments: Sequence[str]) -> bool:
    is_elsewhere = any(each.startswith("--server") for each in arguments)
    return (
        bool(arguments)
        and arguments[0] in _COMMANDS
        and _HELP.isdisjoint(arguments)
        and not is_elsewhere
    )


def _completion_needs_server(environ: Mapping[str, str]) -> bool:
    """Guesses from the line, without a shell's rules: what is not used is discarded."""
    line = environ.get("COMP_LINE") or environ.get("COMP_WORDS", "")
    words = line.split()
    if line[-1:].isspace():
        words.append("")
    if len(words) < 3 or words[-1].startswith("-"):
        return False
    return words[1] in _COMPLETED or (words[1] == "ask" and words[-2].startswith("-"))
