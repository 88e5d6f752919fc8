"""A typed client of the Antiphon protocol: starts a server, asks it, reads its streams.

Law of this package: it imports `antiphon.model` for the types on the wire, and nothing else of
the server. What it knows of the server it learnt over the pipe.
"""

from antiphon_client.client import AntiphonClient
from antiphon_client.errors import BadServerMessage, ClientError, CommandFailed, ServerDied
from antiphon_client.reducer import PaneReducer
from antiphon_client.run import Run

__all__ = [
    "AntiphonClient",
    "BadServerMessage",
    "ClientError",
    "CommandFailed",
    "PaneReducer",
    "Run",
    "ServerDied",
]
