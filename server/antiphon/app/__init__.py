"""The composition root: the one place that knows every part, and wires them.

It must not do anything itself. `engine` is made once, `client_connection` once a client.
"""

from antiphon.app.server import serve

__all__ = ["serve"]
