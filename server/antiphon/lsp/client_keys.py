"""Keys that the person's editor keeps in its secret store, asked for when they are needed.

Only a client that says `{keys: true}` under `capabilities.experimental.antiphon` is asked. The
answer is handed on and kept nowhere here; it appears in no log, for bodies are never logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import anyio

from antiphon.lsp.jsonrpc import ResponseError, is_object

if TYPE_CHECKING:
    from antiphon.lsp.connection import Connection

_PATIENCE_S: Final = 5.0


async def ask_for_key(connection: Connection, provider: str, base_url: str | None) -> str | None:
    """The editor's key for `provider`; `None` where it keeps none, or does not say in time.

    The origin that the key would be sent to goes with the question, so that an editor can keep
    keys by origin and need not hand one to an address that it does not know.
    """
    if not connection.client_capability("experimental", "antiphon", "keys"):
        return None
    answer: Any = None
    with anyio.move_on_after(_PATIENCE_S):
        try:
            params = {"provider": provider, "origin": _origin(base_url)}
            answer = await connection.request("antiphon/key", params)
        except ResponseError:
            return None
    key: Any = answer.get("key") if is_object(answer) else None
    return key if isinstance(key, str) and key else None


def _origin(base_url: str | None) -> str | None:
    if base_url is None:
        return None
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"
