"""A person's machine as a server finds it: settings, data and a workspace, all new and empty."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from antiphon.settings.sources.environment import variable_name
from antiphon_client import AntiphonClient
from support.canaries.canary import USED, WATCHED, canary
from support.e2e.raw_client import RawClient
from support.e2e.server_process import Starter, start_process
from support.e2e.unix_server import UnixClient, UnixServer
from support.e2e.web_socket_server import WebSocketClient, WebSocketServer
from support.history import postgresql

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

COMMAND = (sys.executable, "-P", "-m", "antiphon", "serve")
"""What the installed `antiphon serve` runs; `-P` keeps the workspace off the import path."""


@dataclass(frozen=True)
class Installation:
    """One machine with any number of servers, one after the other or at the same time."""

    folder: Path
    fault_url: str
    transport: str = "stdio"
    """What carries the protocol: `stdio`, or `unix` and `ws` for a server that others may use."""
    start: Starter = start_process
    """How servers for many clients are started."""
    postgresql: str | None = None
    """The address of the history, if it is not in the file `database`."""

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def database(self) -> Path:
        return self.folder / "history.db"

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def stderr(self) -> Path:
        """What the servers of raw clients said there."""
        return self.folder / "stderr.log"

    @property
    def environ(self) -> dict[str, str]:
        """An environment that knows nothing of the person who runs the tests."""
        private = ("ANTIPHON_", "XDG_", "AWS_", "DBUS_", "PYTHON_KEYRING_")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(private) and not name.endswith(("_API_KEY", "_PROXY", "_proxy"))
        }
        return {
            **kept,
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_RUNTIME_DIR": str(self.folder),  # no session, so no keyring
            "ANTIPHON_CONFIG": str(self.config),
            "ANTIPHON_DISCOVERY__LOCAL_SERVERS": "false",
            **self._of_the_server(self.options()),
        }

    def _of_the_server(self, options: Mapping[str, Any]) -> dict[str, str]:
        """As variables, what clients of a server for many cannot set: its history and its log."""
        if self.transport == "stdio":
            return {}
        return {
            variable_name((section, name)): str(value)
            for section in ("history", "log")
            for name, value in options.get(section, {}).items()
        }

    def _with(self, more: dict[str, str] | None) -> dict[str, str]:
        """The environment with more in it; what lies on Python's path stays there."""
        environ = {**self.environ, **(more or {})}
        paths = [each.get("PYTHONPATH") for each in (more or {}, self.environ)]
        if any(paths):
            environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        return environ

    def options(self, **sections: Any) -> dict[str, Any]:
        """`initializationOptions`: the fault server as provider `fault`, and what is given."""
        row: dict[str, Any] = {"type": "openai", "baseUrl": self.fault_url, "maxConcurrency": 64}
        if WATCHED:
            row |= {"apiKey": USED, "headers": {"X-Tenant": canary("header")}}
        providers = {"fault": row, **sections.pop("providers", {})}
        return {
            "providers": providers,
            "history": {"url": self.postgresql or f"sqlite:///{self.database}"},
            **sections,
        }

    def client(
        self,
        *,
        environ: dict[str, str] | None = None,
        requests: Any = None,
        options: dict[str, Any] | None = None,
        capabilities: dict[str, Any] | None = None,
        **sections: Any,
    ) -> AbstractAsyncContextManager[AntiphonClient]:
        """Starts a server with a typed client; `sections` are settings above the usual ones."""
        if self.transport != "stdio":
            options = self.options(**sections) if options is None else options
            environ = self._of_the_server(options) | (environ or {})
            connect = self._unix_client if self.transport == "unix" else self._ws_client
            return connect(environ, requests, options, capabilities)
        return AntiphonClient.start(
            command=COMMAND,
            env=self._with(environ),
            cwd=self.workspace,
            initialization_options=self.options(**sections) if options is None else options,
            requests=requests,
            capabilities=capabilities,
            stop_timeout_s=10.0,
        )

    @asynccontextmanager
    async def _unix_client(
        self,
        environ: dict[str, str] | None,
        requests: Any,
        options: dict[str, Any],
        capabilities: dict[str, Any] | None,
    ) -> AsyncGenerator[AntiphonClient]:
        with self._unix_server(environ) as server:
            await asyncio.to_thread(server.listening)
            async with AntiphonClient.connect_unix(
                server.path,
                environ=self._with(environ),
                cwd=self.workspace,
                initialization_options=options,
                requests=requests,
                capabilities=capabilities,
                stop_timeout_s=10.0,
            ) as client:
                client.kill = server.kill
                yield client

    @asynccontextmanager
    async def _ws_client(
        self,
        environ: dict[str, str] | None,
        requests: Any,
        options: dict[str, Any],
        capabilities: dict[str, Any] | None,
    ) -> AsyncGenerator[AntiphonClient]:
        with self._ws_server(environ) as server:
            await asyncio.to_thread(server.wait_until_listening)
            async with AntiphonClient.connect_ws(
                server.url,
                server.token,
                cwd=self.workspace,
                initialization_options=options,
                requests=requests,
                capabilities=capabilities,
            ) as client:
                client.kill = server.kill
                yield client

    def _unix_server(self, environ: dict[str, str] | None) -> UnixServer:
        environ = self._with(environ)
        return UnixServer(environ, self.workspace, start=self.start, stderr=self.stderr)

    def _ws_server(self, environ: dict[str, str] | None) -> WebSocketServer:
        return WebSocketServer(self._with(environ), self.workspace, self.stderr, self.start)

    def unborn_client(self, environ: dict[str, str] | None = None) -> RawClient:
        """Starts a server that nobody has said hello to."""
        if self.transport == "unix":
            server = self._unix_server(environ)
            server.listening()
            return UnixClient(server, owns=True)
        if self.transport == "ws":
            listener = self._ws_server(environ)
            listener.wait_until_listening()
            return WebSocketClient(listener)
        return RawClient(COMMAND, self._with(environ), self.workspace, self.stderr)

    def raw_client(
        self,
        *,
        environ: dict[str, str] | None = None,
        capabilities: dict[str, Any] | None = None,
        **sections: Any,
    ) -> RawClient:
        """Starts a server with a client that knows JSON-RPC only; `initialize` is answered."""
        options = self.options(**sections)
        client = self.unborn_client(self._of_the_server(options) | (environ or {}))
        hello = {
            "processId": os.getpid(),
            "rootUri": self.workspace.as_uri(),
            "capabilities": capabilities or {},
            "initializationOptions": options,
        }
        client.ask("initialize", hello)
        client.notify("initialized", {})
        return client

    def change(self, sql: str, *arguments: Any) -> None:
        """Changes the database beside the server."""
        if self.postgresql is not None:
            postgresql.query(self.postgresql, sql, *arguments)
            return
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(sql, arguments)

    def query(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Looks into the database beside the server."""
        if self.postgresql is not None:
            return [tuple(row) for row in postgresql.query(self.postgresql, sql, *arguments)]
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, arguments).fetchall()
