"""The models that a server on this machine has in memory, asked in its own way.

Ollama lists them under `/api/ps`, LM Studio marks them in `/api/v0/models`, and a llama.cpp server
has the one model of its list. None of these loads anything.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from antiphon.providers.http.client import BROKEN, Http
from antiphon.providers.openai.chunks import UNREADABLE

if TYPE_CHECKING:
    from antiphon.providers.openai.endpoint import OpenAIEndpoint

_MAX_BYTES: Final = 1024 * 1024
_CONNECT_S: Final = 1.0
_QUESTIONS: Final = {
    "ollama": "/api/ps",
    "lmstudio": "/api/v0/models",
    "llama.cpp": "/v1/models",
}


async def loaded(provider: OpenAIEndpoint) -> frozenset[str] | None:
    """The server's names of its loaded models; `None` where it is of another kind, or unclear.

    Raises `ProviderError` where it cannot be reached.
    """
    question = _QUESTIONS.get(provider.quirks.name)
    if question is None or not provider.address.loopback:
        return None
    http = Http(replace(provider.address, path=""), provider.name)
    try:
        response = await http.get(question, provider.headers(), _CONNECT_S)
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
    return names_in(provider.quirks.name, value)


def names_in(server: str, value: Any) -> frozenset[str] | None:
    """The loaded models that a decoded answer of that kind of `server` names."""
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
        return None  # a router in front of several: its list does not say which of them is loaded
    given: list[Any] = [item.get("id") or item.get("model") or item.get("name") for item in items]
    names = [name for name in given if isinstance(name, str)]
    return frozenset((*names, *(name.removesuffix(":latest") for name in names)))
