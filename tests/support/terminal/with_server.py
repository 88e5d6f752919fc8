"""`antiphon` with another server: `python with_server.py MODULE ARGUMENTS…`."""

from __future__ import annotations

import sys

from antiphon_client.started import EarlyServer
from antiphon_terminal.cli import main

if __name__ == "__main__":
    server = EarlyServer.spawn([sys.executable, "-m", sys.argv.pop(1)])
    assert server is not None
    server.send_initialize()
    main(server)
