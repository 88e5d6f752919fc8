"""Maps the types of providers to their adapters, in one table.

A new adapter is a new line in `ADAPTERS`. Nothing is imported for a type before it is used.
"""

from __future__ import annotations

import gc
import importlib
import logging
import time
from contextlib import nullcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msgspec import Struct

from antiphon.model.values.hosts import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from antiphon.model.provider_config import ProviderConfig, Secret
    from antiphon.providers.adapter import Adapter

_log = logging.getLogger(__name__)


_CLOUD_CONCURRENCY: Final = 8
_DEMO_CONCURRENCY: Final = 64
LOOPBACK_CONCURRENCY: Final = 1
"""A local server shares one graphics card among its answers. More at once makes all slower.

Answers of several models even replace each other's model in the card's memory.
"""


class AdapterType(Struct, frozen=True):
    """How providers of one type are made."""

    module: str
    """The module of the class, and of `prepare`, which imports what its streams need."""
    class_name: str
    concurrency: int = _CLOUD_CONCURRENCY
    """How many streams at once if the config does not set it."""
    needs_address: bool = False
    has_list: bool = True
    """Whether it can list its models."""
    faults_are_real: bool = True
    """Whether a failure predicts that of the next request."""
    own_connections: bool = True
    """Whether it connects by `antiphon.providers.http` and needs its certificates."""

    def build(self, name: str, row: ProviderConfig, key: Secret | None) -> Adapter:
        """Makes a provider. Raises `ProviderError` for an address that cannot be used."""
        kind = getattr(importlib.import_module(self.module), self.class_name)
        return kind(name, row.base_url, key, headers=row.headers)

    def prepare(self, row: ProviderConfig) -> None:
        """Imports what the streams of a provider need. Slow, so it runs in a thread."""
        module = importlib.import_module(self.module)
        secure = self.own_connections and urlsplit(row.base_url or "https:").scheme == "https"
        with _certificates() if secure else nullcontext():
            module.prepare()


ADAPTERS: Final[dict[str, AdapterType]] = {
    "openai": AdapterType(
        "antiphon.providers.openai.adapter", "OpenAICompatible", needs_address=True
    ),
    "groq": AdapterType("antiphon.providers.groq.adapter", "GroqProvider"),
    "gemini": AdapterType("antiphon.providers.gemini.adapter", "GeminiProvider"),
    "litellm": AdapterType(
        "antiphon.providers.litellm.adapter", "LiteLlm", has_list=False, own_connections=False
    ),
    "demo": AdapterType(
        "antiphon.providers.demo.provider",
        "DemoProvider",
        _DEMO_CONCURRENCY,
        has_list=False,
        faults_are_real=False,
        own_connections=False,
    ),
}


def _certificates() -> AbstractContextManager[None]:
    """Reads the trusted certificates during the block."""
    from antiphon.providers.http import certificates  # noqa: PLC0415 - on first use

    return certificates.read_meanwhile()


def default_concurrency(row: ProviderConfig) -> int:
    """Returns how many streams may run at once if the config does not set it."""
    if is_local(row):
        return LOOPBACK_CONCURRENCY
    adapter = ADAPTERS.get(row.type)
    return _CLOUD_CONCURRENCY if adapter is None else adapter.concurrency


def import_without_collecting(
    prepare: Callable[[ProviderConfig], None], row: ProviderConfig
) -> None:
    """Runs `prepare` for a provider with the garbage collector paused.

    An import makes many objects and frees few, and collecting again and again doubles the time
    for which it holds the interpreter. The objects are not collected afterwards either, since one
    collection of all of them would stop the loop for ten milliseconds and more.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    began = time.perf_counter()
    try:
        prepare(row)
        gc.freeze()
        took = (time.perf_counter() - began) * 1000
        _log.debug("imported what type %s needs in %.0f ms", row.type, took)
    finally:
        if was_enabled:
            gc.enable()


def is_local(row: ProviderConfig) -> bool:
    """Checks whether the provider is a server on this machine."""
    return _is_loopback(row.base_url or "")


@lru_cache(maxsize=256)  # every request asks it of every row
def _is_loopback(base_url: str) -> bool:
    return is_loopback(urlsplit(base_url).hostname or "")
