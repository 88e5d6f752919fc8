"""The composition root: the one place that knows every part, and wires them.

It must not do anything itself. `engine` is made once, `client_connection` once a client.

More than twelve entries: one module for each thing that is wired, none of which does anything.
"""

from antiphon.app.server import serve

__all__ = ["serve"]
