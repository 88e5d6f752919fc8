"""`antiphon` with another server: `python with_server.py MODULE ARGUMENTS…`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from antiphon_client.started_server import EarlyServer
from antiphon_terminal.cli import main

if __name__ == "__main__":
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])  # the server is a module of `support`
    server = EarlyServer.spawn([sys.executable, "-m", sys.argv.pop(1)])
    assert server is not None
    server.send_initialize()
    main(server)
