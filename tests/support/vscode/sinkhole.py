"""An address on loopback that only knows whether anybody ever came."""

from __future__ import annotations

import socket
from typing import Self


class Sinkhole:
    """A listener that answers nobody; use as a context manager."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def callers(self) -> int:
        """How many connected since the last time this was asked."""
        count = 0
        while True:
            try:
                connection, _ = self._listener.accept()
            except BlockingIOError:
                return count
            connection.close()
            count += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
