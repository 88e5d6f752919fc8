"""The types of providers: the one table that says which adapter speaks for which.

A new adapter is a new line in `ADAPTERS`. Nothing is imported for a type before it is used.
"""

from __future__ import annotations

import gc
import importlib
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from antiphon.engine.ports import Provider

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.providers.rows import Row, Secret


class ListedModel(Protocol):
    """What a provider's own list says of one model."""

    @property
    def id(self) -> str:
        """The provider's own name of it."""
        ...

    @property
    def name(self) -> str | None:
        """For people, where it differs."""
        ...

    @property
    def context_window(self) -> int | None:
        """In tokens."""
        ...

    @property
    def max_output_tokens(self) -> int | None:
        """In tokens."""
        ...


class Adapter(Provider, Protocol):
    """A provider that can also say which models it has, and can be closed."""

    async def models(self, *, timeout_s: float) -> Sequence[ListedModel]:
        """Its own list. Raises `ProviderError`, also where it is not there in time."""
        ...

    async def aclose(self) -> None:
        """Closes every connection."""
        ...


@dataclass(frozen=True, slots=True)
class AdapterType:
    """How providers of one type are made."""

    build: Callable[[str, Row, Secret | None], Adapter]
    """Makes one from its name, its row and its key; raises `ProviderError` for a bad address."""
    prepare: Callable[[Row], None]
    """Imports what the streams of a row need; takes long, and runs in a thread."""
    concurrency: int
    """How many streams at once where the row does not say."""
    needs_address: bool = True
    faults_are_real: bool = True
    """Whether a failure says something about the next request."""


_CLOUD_CONCURRENCY: Final = 8
_DEMO_CONCURRENCY: Final = 64
LOOPBACK_CONCURRENCY: Final = 4
"""A server on this machine shares one graphics card among its answers: more at once only makes all
of them slower. Four is what llama.cpp and Ollama serve in parallel without being told more."""


def _openai(name: str, row: Row, key: Secret | None) -> Adapter:
    from antiphon.providers.openai.adapter import OpenAICompatible  # noqa: PLC0415 - on first use

    return OpenAICompatible(name, row.base_url or "", key, headers=row.headers)


def _prepare_openai(row: Row) -> None:
    from antiphon.providers.openai import adapter, certificates  # noqa: PLC0415 - on first use

    secure = urlsplit(row.base_url or "").scheme == "https"
    with certificates.read_meanwhile() if secure else nullcontext():
        adapter.prepare()


def _demo(name: str, _row: Row, _key: Secret | None) -> Adapter:
    from antiphon.providers.demo import DemoProvider  # noqa: PLC0415 - on first use

    return DemoProvider(name)


def _prepare_demo(_row: Row) -> None:
    importlib.import_module("antiphon.providers.demo")


ADAPTERS: Final[dict[str, AdapterType]] = {
    "openai": AdapterType(_openai, _prepare_openai, _CLOUD_CONCURRENCY),
    "demo": AdapterType(
        _demo, _prepare_demo, _DEMO_CONCURRENCY, needs_address=False, faults_are_real=False
    ),
}

PLANNED: Final[dict[str, str]] = {
    "litellm": 'set type "openai" and the address of a LiteLLM proxy instead',
    "groq": 'set type "openai" and baseUrl "https://api.groq.com/openai/v1" instead',
    "gemini": 'set type "openai" and the address of Google\'s OpenAI-compatible endpoint, '
    "https://generativelanguage.googleapis.com/v1beta/openai, instead",
}
"""Types that the settings know and this version has no adapter for, with what to do meanwhile."""


def default_concurrency(row: Row) -> int:
    """How many streams of a provider may run at once where its row does not say."""
    if row.base_url is not None and _is_loopback(row.base_url):
        return LOOPBACK_CONCURRENCY
    adapter = ADAPTERS.get(row.type)
    return _CLOUD_CONCURRENCY if adapter is None else adapter.concurrency


def import_without_collecting(prepare: Callable[[Row], None], row: Row) -> None:
    """Runs `prepare` for a row with the garbage collector paused.

    An import makes many objects and frees few; walking them again and again doubles the time for
    which it holds the interpreter. Nor are they walked afterwards: that one walk of all of them
    at once would stop the loop for ten milliseconds and more.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        prepare(row)
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()


def _is_loopback(base_url: str) -> bool:
    host = (urlsplit(base_url).hostname or "").rstrip(".")
    return host == "localhost" or host.endswith(".localhost") or host.startswith(_LOOPBACK)


_LOOPBACK: Final = ("127.", "::1", "0.0.0.0")  # noqa: S104 - compared with, not bound to
