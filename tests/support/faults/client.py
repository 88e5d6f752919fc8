"""Starts the fault server, reads its journal and opens its gates.

The methods block; from a coroutine call those that wait through `asyncio.to_thread`, or the loop
that they wait for stands still.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from support import with_support

if TYPE_CHECKING:
    from collections.abc import Callable

CERTIFICATE = Path(__file__).with_name("test_only_certificate.pem")
MAX_WAIT_S = 10.0


class FaultServer:
    """A fault server in a process of its own; use as a context manager."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.faults.server"],
            env=with_support(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        ports: dict[str, int] = json.loads(self._process.stdout.readline())
        self.port = ports["plain"]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.tls_origin = f"https://localhost:{ports['tls']}"
        self.base_url = f"{self.origin}/v1"
        self.tls_base_url = f"{self.tls_origin}/v1"
        self.sink_origin = f"http://127.0.0.1:{ports['sink']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def requests(self, model: str | None = None, tag: str | None = None) -> list[dict[str, Any]]:
        """The journal's requests in order; fields as in `fault_stream.Record`."""
        return [
            request
            for request in self._call("GET", "/_journal")["requests"]
            if model in (None, request["model"]) and tag in (None, request["tag"])
        ]

    def connections(self) -> list[dict[str, Any]]:
        """Every connection since the last reset, without those of this client."""
        found: list[dict[str, Any]] = self._call("GET", "/_journal")["connections"]
        used = {request["connection"] for request in self.requests()}
        return [entry for entry in found if entry["number"] in used or entry["closed"] is None]

    def release(self, tag: str | None = None) -> int:
        """Opens the gates of the streams with that tag, or of all; says how many."""
        return self._call("POST", "/_release", {} if tag is None else {"tag": tag})["released"]

    def reset(self) -> None:
        """Forgets the journal and the counts of `…-then-ok`."""
        self._call("POST", "/_reset")

    def wait_for(
        self,
        condition: Callable[[list[dict[str, Any]]], bool],
        model: str | None = None,
        tag: str | None = None,
        within_s: float = MAX_WAIT_S,
    ) -> list[dict[str, Any]]:
        """The journal's requests once they meet the condition; fails where they do not in time."""
        until = time.monotonic() + within_s
        while True:
            found = self.requests(model, tag)
            if condition(found):
                return found
            if time.monotonic() > until:
                raise TimeoutError(f"the journal has only {found}")
            time.sleep(0.01)

    def wait_held(self, count: int = 1, tag: str | None = None) -> list[dict[str, Any]]:
        """Waits until that many streams stand at their gates."""
        return self.wait_for(lambda found: sum(r["held"] for r in found) >= count, tag=tag)

    def wait_closed(self, count: int = 1, model: str | None = None) -> list[dict[str, Any]]:
        """Waits until that many requests have ended, by whichever side."""
        return self.wait_for(
            lambda found: sum(r["closed"] is not None for r in found) >= count, model=model
        )

    def wait_disconnected(self, request: dict[str, Any]) -> None:
        """Waits until the connection that brought that request is gone."""
        until = time.monotonic() + MAX_WAIT_S
        while any(
            entry["number"] == request["connection"] and entry["closed"] is None
            for entry in self.connections()
        ):
            if time.monotonic() > until:
                raise TimeoutError("the connection is still open")
            time.sleep(0.01)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=MAX_WAIT_S)
        try:
            connection.request(method, path, json.dumps(body or {}))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()
