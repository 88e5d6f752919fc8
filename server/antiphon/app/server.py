"""Serves one client over the pipes of this process: one engine, one connection."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import anyio

from antiphon.app.client_connection import ClientConnection
from antiphon.app.engine import Engine
from antiphon.app.observation import open_observation
from antiphon.app.settings import CurrentSettings
from antiphon.engine.redaction import Redactor
from antiphon.history import open_history
from antiphon.logs import report_crashes
from antiphon.model.values.ids import new_id

if TYPE_CHECKING:
    from antiphon.lsp.rpc.jsonrpc import Handshake


def serve(start: Handshake) -> int:
    """Serves the client whose `initialize` was answered, and returns the exit code."""
    return anyio.run(_serve, start, backend="asyncio")


async def _serve(start: Handshake) -> int:
    redactor = Redactor()
    report_crashes()
    options = start.params.get("initializationOptions")
    current = CurrentSettings(os.environ, options, redactor)
    history = await open_history(current.settings.history.url, server_id=new_id())
    settings = current.settings
    engine = Engine(history, open_observation(settings), settings.limits.redis_url)
    client = ClientConnection(engine, current, start.params, on_close=engine.aclose)
    for service in engine.services:
        client.connection.alongside(service)
    return await client.connection.run(start)
