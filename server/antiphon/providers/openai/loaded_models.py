"""Asks a local server which models it has in memory, in the server's own way.

Ollama lists them under `/api/ps`, LM Studio marks them in `/api/v0/models`, and a llama.cpp server
has the one model of its list. None of these loads anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
from msgspec.structs import replace

from antiphon.providers.http.client import Http
from antiphon.providers.http.response import BROKEN
from antiphon.providers.openai.chunks import UNREADABLE

if TYPE_CHECKING:
    from antiphon.providers.openai.endpoint import OpenAIEndpoint

_MAX_BYTES: Final = 1024 * 1024
_CONNECT_S: Final = 1.0
_PATHS: Final = {
    "ollama": "/api/ps",
    "lmstudio": "/api/v0/models",
    "llama.cpp": "/v1/models",
}


async def loaded(provider: OpenAIEndpoint) -> frozenset[str] | None:
    """Returns the names of a server's loaded models, or `None` if they are unknown.

    Raises `ProviderError` if it cannot be reached.
    """
    path = _PATHS.get(provider.quirks.name)
    if path is None or not provider.address.loopback:
        return None
    http = Http(replace(provider.address, path=""), provider.name)
    try:
        response = await http.get(path, provider.headers(), _CONNECT_S)
        try:
            if response.status != 200:
                return None
            value: Any = msgspec.json.decode(await response.body(_MAX_BYTES))
        except (*BROKEN, *UNREADABLE):
            return None
        finally:
            response.close()
    finally:
        await http.aclose()
    return parse_loaded_models(provider.quirks.name, value)


def parse_loaded_models(server: str, value: Any) -> frozenset[str] | None:
    """Returns the loaded models in a decoded answer of that kind of `server`."""
    found = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    listed: Any = found.get("models" if server == "ollama" else "data")
    if not isinstance(listed, list):
        return None
    items = [
        cast("dict[str, Any]", item) for item in cast("list[Any]", listed) if isinstance(item, dict)
    ]
    if server == "lmstudio":
        items = [item for item in items if item.get("state") == "loaded"]
    if server == "llama.cpp" and len(items) != 1:
        return None  # a router in front of several does not say which of them is loaded
    given: list[Any] = [item.get("id") or item.get("model") or item.get("name") for item in items]
    names = [name for name in given if isinstance(name, str)]
    return frozenset((*names, *(name.removesuffix(":latest") for name in names)))
