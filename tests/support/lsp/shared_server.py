"""Several clients of one server in this process, with a provider `work` at the fault server."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from support.lsp.socket_client import SocketClient, connected

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from antiphon.app.multi_client_server import MultiClientServer
    from support.faults.client import FaultServer


class Pair:
    """A server, and how to connect to it with a provider `work` at the fault server."""

    def __init__(
        self, server: MultiClientServer, faults: FaultServer, environ: dict[str, str]
    ) -> None:
        self.server = server
        self.faults = faults
        self._environ = environ

    def options(self, **sections: Any) -> dict[str, Any]:
        row = {
            "baseUrl": self.faults.base_url,
            "apiKeyEnv": "WORK_KEY",
            "models": ["ok"],
            "maxConcurrency": 8,
        }
        return {"providers": {"work": row}, "discovery": {"localServers": False}, **sections}

    @asynccontextmanager
    async def client(
        self,
        key: str | None = None,
        *,
        keeps: str | None = None,
        environ: Mapping[str, str] | None = None,
        **sections: Any,
    ) -> AsyncIterator[SocketClient]:
        """A client with `key` in its environment, or one that `keeps` a key itself."""
        environ = {**self._environ, **(environ or {}), **({"WORK_KEY": key} if key else {})}
        capabilities = {"experimental": {"antiphon": {"keys": True}}} if keeps else {}
        async with connected(
            self.server, environ, self.options(**sections), capabilities
        ) as client:
            client.responses["antiphon/key"] = lambda _: {"key": keeps}
            yield client

    async def keys(self, tag: str) -> set[str]:
        """The keys of the requests with this tag."""
        requests = await asyncio.to_thread(self.faults.requests, tag=tag)
        return {each["headers"].get("authorization", "") for each in requests}


def statuses(reply: dict[str, Any]) -> list[str]:
    return [each["status"] for each in reply["result"]["results"]]


def failures(reply: dict[str, Any]) -> list[str]:
    return [each["failure"]["kind"] for each in reply["result"]["results"]]
