"""The types of providers: the one table that says which adapter speaks for which.

A new adapter is a new line in `ADAPTERS`. Nothing is imported for a type before it is used.
"""

from __future__ import annotations

import gc
import importlib
import logging
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from antiphon.providers.adapter import Adapter
    from antiphon.providers.config import Row, Secret

_log = logging.getLogger(__name__)


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
    has_list: bool = True
    """Whether it can be asked for its models."""
    faults_are_real: bool = True
    """Whether a failure says something about the next request."""


_CLOUD_CONCURRENCY: Final = 8
_DEMO_CONCURRENCY: Final = 64
LOOPBACK_CONCURRENCY: Final = 1
"""A server on this machine shares one graphics card among its answers: more at once makes all of
them slower, and where they are of several models, each throws another out of the card's memory."""


def _openai(name: str, row: Row, key: Secret | None) -> Adapter:
    from antiphon.providers.openai.adapter import OpenAICompatible  # noqa: PLC0415 - on first use

    return OpenAICompatible(name, row.base_url or "", key, headers=row.headers)


def _prepare_openai(row: Row) -> None:
    from antiphon.providers.openai import adapter  # noqa: PLC0415 - on first use

    with _certificates(row.base_url or ""):
        adapter.prepare()


def _groq(name: str, row: Row, key: Secret | None) -> Adapter:
    from antiphon.providers.groq.adapter import GroqProvider  # noqa: PLC0415 - on first use

    return GroqProvider(name, row.base_url, key, headers=row.headers)


def _prepare_groq(row: Row) -> None:
    from antiphon.providers.groq import adapter, endpoint  # noqa: PLC0415 - on first use

    with _certificates(row.base_url or endpoint.VENDOR):
        adapter.prepare()


def _gemini(name: str, row: Row, key: Secret | None) -> Adapter:
    from antiphon.providers.gemini.adapter import GeminiProvider  # noqa: PLC0415 - on first use

    return GeminiProvider(name, row.base_url, key, headers=row.headers)


def _prepare_gemini(row: Row) -> None:
    from antiphon.providers.gemini import adapter, endpoint  # noqa: PLC0415 - on first use

    with _certificates(row.base_url or endpoint.VENDOR):
        adapter.prepare()


def _certificates(base_url: str) -> AbstractContextManager[None]:
    """Reads the trusted certificates meanwhile, where they will be needed."""
    from antiphon.providers.http import certificates  # noqa: PLC0415 - on first use

    secure = urlsplit(base_url).scheme == "https"
    return certificates.read_meanwhile() if secure else nullcontext()


def _demo(name: str, _row: Row, _key: Secret | None) -> Adapter:
    from antiphon.providers.demo.provider import DemoProvider  # noqa: PLC0415 - on first use

    return DemoProvider(name)


def _prepare_demo(_row: Row) -> None:
    importlib.import_module("antiphon.providers.demo.provider")


def _litellm(name: str, row: Row, key: Secret | None) -> Adapter:
    from antiphon.providers.litellm.adapter import LiteLlm  # noqa: PLC0415 - on first use

    return LiteLlm(name, row.base_url, key, headers=row.headers)


def _prepare_litellm(_row: Row) -> None:
    from antiphon.providers.litellm import adapter  # noqa: PLC0415 - on first use

    adapter.prepare()


ADAPTERS: Final[dict[str, AdapterType]] = {
    "openai": AdapterType(_openai, _prepare_openai, _CLOUD_CONCURRENCY),
    "groq": AdapterType(_groq, _prepare_groq, _CLOUD_CONCURRENCY, needs_address=False),
    "gemini": AdapterType(_gemini, _prepare_gemini, _CLOUD_CONCURRENCY, needs_address=False),
    "litellm": AdapterType(
        _litellm, _prepare_litellm, _CLOUD_CONCURRENCY, needs_address=False, has_list=False
    ),
    "demo": AdapterType(
        _demo,
        _prepare_demo,
        _DEMO_CONCURRENCY,
        needs_address=False,
        has_list=False,
        faults_are_real=False,
    ),
}


def default_concurrency(row: Row) -> int:
    """How many streams of a provider may run at once where its row does not say."""
    if is_local(row):
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
    began = time.perf_counter()
    try:
        prepare(row)
        gc.freeze()
        took = (time.perf_counter() - began) * 1000
        _log.debug("imported what type %s needs in %.0f ms", row.type, took)
    finally:
        if was_enabled:
            gc.enable()


def is_local(row: Row) -> bool:
    """Whether the provider is a server on this machine."""
    host = (urlsplit(row.base_url or "").hostname or "").rstrip(".")
    return host == "localhost" or host.endswith(".localhost") or host.startswith(_LOOPBACK)


_LOOPBACK: Final = ("127.", "::1", "0.0.0.0")  # noqa: S104 - compared with, not bound to
