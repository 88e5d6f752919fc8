"""Serves many clients with one engine, whatever carries their bytes."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import anyio

from antiphon.app.client_connection import ClientConnection
from antiphon.app.engine import Engine
from antiphon.app.observation import open_observation
from antiphon.app.settings import CurrentSettings
from antiphon.engine.log_context import log_context
from antiphon.engine.ports.environment import client_environ
from antiphon.engine.redaction import Redactor
from antiphon.history import open_history
from antiphon.logs import report_crashes
from antiphon.lsp.client.workspace_folders import REMOTE
from antiphon.lsp.early_client import answer_client
from antiphon.lsp.rpc.jsonrpc import is_object
from antiphon.lsp.startup import ClientLeft
from antiphon.model.values.ids import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from antiphon.lsp.transport.reader import Reader
    from antiphon.lsp.transport.writer import Writer

_log = logging.getLogger(__name__)

HANDSHAKE_S: Final = 10.0
"""How long a client may take to send `initialize`."""
_CLOSE_S: Final = 3.0
_FLUSH_S: Final = 1.0


class MultiClientServer:
    """One engine and the clients that come and go. Made by `open`."""

    def __init__(self, engine: Engine, redactor: Redactor, *, handshake_s: float) -> None:
        self.engine = engine
        self.redactor = redactor
        """Cleans the log of the secrets of every client that is connected."""
        self._handshake_s = handshake_s
        self._described: list[dict[str, Any]] = []
        self._served = 0

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        environ: Mapping[str, str],
        *,
        handshake_s: float = HANDSHAKE_S,
        is_scraped: bool = False,
    ) -> AsyncGenerator[MultiClientServer]:
        """Opens the history and the engine, and closes them when the block ends.

        Figures can be read from it if it `is_scraped` and their library is installed.

        The settings of the engine itself come from the config file and `environ`.
        """
        redactor = Redactor()
        report_crashes()
        settings = CurrentSettings(environ, None, redactor).settings
        history = await open_history(settings.history.url, server_id=new_id())
        observation = open_observation(settings, is_scraped=is_scraped)
        engine = Engine(history, observation, settings.limits.redis_url)
        engine.apply(settings)
        try:
            async with anyio.create_task_group() as tasks:
                for service in engine.services:
                    tasks.start_soon(service)
                yield cls(engine, redactor, handshake_s=handshake_s)
                tasks.cancel_scope.cancel()
        finally:
            with anyio.move_on_after(_CLOSE_S, shield=True):
                await engine.aclose()

    def describe_clients(self) -> list[dict[str, Any]]:
        """Returns who is connected: names, versions, users and times, as JSON."""
        return [*self._described]

    async def serve_client(
        self, reader: Reader, writer: Writer, *, user: str | None, environ: Mapping[str, str]
    ) -> None:
        """Answers `initialize`, serves the client until it leaves, and closes both ends.

        `user` is the name in the tokens file, `None` for the user of this machine. `environ` holds
        the client's keys. A bug in what runs for this client ends its connection alone.
        """
        try:
            with anyio.fail_after(self._handshake_s):
                client = await answer_client(reader, writer)
        except (TimeoutError, ClientLeft, anyio.get_cancelled_exc_class()) as end:
            _log.info("a client left before `initialize`: %s", type(end).__name__)
            with anyio.CancelScope(shield=True):
                await writer.aclose(_FLUSH_S)
            reader.close()
            if not isinstance(end, (TimeoutError, ClientLeft)):
                raise
            return
        await self._serve(client.params, client.reader, writer, user, environ)

    async def _serve(
        self,
        params: dict[str, Any],
        reader: Reader,
        writer: Writer,
        user: str | None,
        environ: Mapping[str, str],
    ) -> None:
        # The process may be one of another machine, or of another container on this one; the
        # connection ends with it in any case.
        params = {**params, "processId": None, REMOTE: user is not None}
        options = params.get("initializationOptions")
        redactor = self.redactor.part()
        current = CurrentSettings(environ, options, redactor, of_process=False, user=user)
        client = ClientConnection(self.engine, current, params)
        described = describe_client(params, user)
        self._described.append(described)
        self._served += 1
        try:
            with log_context(client=str(self._served)), client_environ(environ):
                await client.connection.serve(reader, writer, params)
        except Exception:  # noqa: BLE001 - the other clients go on, and the log has it
            _log.exception("a connection ended with a bug")
        finally:
            self._described.remove(described)
            self.engine.clients.remove(client)


def describe_client(params: Mapping[str, Any], user: str | None) -> dict[str, Any]:
    """Returns the name and version that a client gave, and since when it is here."""
    info: Any = params.get("clientInfo")
    given: dict[str, Any] = info if is_object(info) else {}
    named = {key: str(given[key])[:80] for key in ("name", "version") if given.get(key)}
    since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {**named, **({} if user is None else {"user": user}), "since": since}
