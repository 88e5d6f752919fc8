"""Groq's models.

Light by law: importing this module, or making a provider, imports neither Groq's SDK nor an HTTP
client. `prepare` does that, and may run in a thread; else the first stream does.
"""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from antiphon.providers.http.endpoint import Endpoint, Limits
from antiphon.providers.openai.quirks import ROWS
from antiphon.providers.sdk_request import check_installed, is_installed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Delta
    from antiphon.providers.groq.sdk import Sdk
    from antiphon.providers.http.api_key import SecretValue
    from antiphon.providers.openai.models import ListedModel

VENDOR: Final = "https://api.groq.com"
SDK: Final = "groq"
QUIRKS: Final = replace(next(row for row in ROWS if row.name == "groq"), stream_options=False)
_OWN_PATH: Final = "/openai/v1"
"""What the SDK puts after its base URL; people copy addresses that have it already."""


def prepare() -> None:
    """Imports what a stream needs, and warms it up; safe to run in a thread."""
    if is_installed(SDK):
        importlib.import_module("antiphon.providers.groq.exchange")
        importlib.import_module("antiphon.providers.groq.models")
        importlib.import_module("antiphon.providers.groq.sdk").warm_up()


class GroqProvider(Endpoint):
    """Streams answers from Groq, or from a peer that serves what Groq serves.

    `base_url` may end in `/openai/v1` or not. Raises `ProviderError` where the SDK is missing or an
    address cannot be used.
    """

    def __init__(
        self,
        name: str,
        base_url: str | None = None,
        api_key: Callable[[], str | None] | SecretValue | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        check_installed(SDK, "groq", name)
        base = (base_url or VENDOR).rstrip("/").removesuffix(_OWN_PATH)
        super().__init__(name, base, api_key, headers=headers, limits=limits)
        self.quirks = QUIRKS
        """The vendor's row; what a refusal teaches is remembered here."""
        self._sdk: Sdk | None = None

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer as it comes; see `antiphon.engine.ports.Provider`."""
        from antiphon.providers.groq.exchange import stream_chat  # noqa: PLC0415 - imports the SDK

        return stream_chat(self, request)

    async def models(self, *, timeout_s: float = 5.0) -> list[ListedModel]:
        """What Groq lists. Raises `ProviderError`, also where it takes too long."""
        from antiphon.providers.groq.models import list_models  # noqa: PLC0415 - imports the SDK

        return await list_models(self, timeout_s)

    def sdk(self) -> Sdk:
        """The SDK's client with the key of this moment."""
        from antiphon.providers.groq.sdk import Sdk  # noqa: PLC0415 - imports the SDK

        key = self.key.read(self.name)
        if self._sdk is None or self._sdk.key != key:
            self._sdk = Sdk(self.address.url(""), key)
        return self._sdk
