"""Where conversations are kept: a database behind the `History` port of the engine.

Law of this package: the only one that imports a database driver, and only when a history is
opened; importing `antiphon.history` costs nothing. It knows the engine's ports and the model, no
providers and no LSP. Every write is one whole transaction in one trip to the writing connection's
thread, so that neither a cancelled task nor a killed process leaves half of one.

More than twelve entries: two databases, and one room for each subject that they have in common.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import anyio.to_thread

from antiphon.model.values.ids import is_id

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.history.store import SqlHistory


async def open_history(location: str | Path | None = None, *, server_id: str) -> SqlHistory:
    """Opens the history, ends what killed servers left running, and locks this server's file.

    `location` is a path, a `sqlite:///…` or `postgresql://…` URL, or nothing for the platform's
    folder for data; `server_id` is a ULID, a new one for each process. Close it with `aclose()`.

    Never fails because of the database: if it cannot be used, the history is kept in memory and
    `status().problem` says why and what to do. Raises `ValueError` if `server_id` is not a ULID.
    """
    if not is_id(server_id):
        raise ValueError("server_id must be a ULID: it becomes part of a file's name")
    await anyio.to_thread.run_sync(importlib.import_module, "antiphon.history.opening")
    from antiphon.history.opening import (  # noqa: PLC0415 - imports a database driver
        may_come_back,
        open_database,
    )
    from antiphon.history.store import SqlHistory  # noqa: PLC0415 - likewise

    if not may_come_back(location):
        return SqlHistory(await open_database(location, server_id))
    await anyio.to_thread.run_sync(importlib.import_module, "antiphon.history.awaited")
    from antiphon.history.awaited import open_or_await  # noqa: PLC0415 - imports another driver

    return SqlHistory(await open_or_await(location, server_id))
