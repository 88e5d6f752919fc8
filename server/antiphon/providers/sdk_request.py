"""Captures the request that a vendor's SDK writes, before it is sent.

An SDK knows its vendor's addresses, its authentication, its headers and the form of a body. Its
handling of connections and streams costs thirty times the decoding alone and differs with every
fault. So its HTTP client gets a transport that sends nothing: our own connections carry the request
and our own decoder reads the answer. No retry, redirect or time limit of an SDK is ever reached,
and the key is sent to its provider's origin alone.
"""

from __future__ import annotations

import importlib.util
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn, Protocol

from pydantic import ValidationError

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.model.values.extras import to_install_command
from antiphon.providers.openai.request import unserializable_request

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from typing import Any

    from antiphon.providers.http.endpoint import Endpoint

NO_KEY: Final = "none"
"""Passed to an SDK without a key, since it would read one from the environment."""

_OURS: Final = frozenset(
    {"accept-encoding", "connection", "content-length", "content-type", "host"}
)
"""Headers that belong to the connection."""


@dataclass(frozen=True, slots=True)
class SdkRequest:
    """The request that an SDK would have sent."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    """In lower case, without those of the connection."""
    body: bytes = field(repr=False)


class _HttpRequest(Protocol):
    """The part of httpx's and httpx2's requests that is read here."""

    @property
    def url(self) -> object: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def content(self) -> bytes: ...


class _CapturedError(Exception):
    """Carries the request out of the SDK. Its message does not quote it."""

    def __init__(self, request: SdkRequest) -> None:
        super().__init__("the request was captured before it was sent")
        self.request = request


class CapturingTransport:
    """A transport that sends nothing, for the clients of httpx and httpx2."""

    async def handle_async_request(self, request: _HttpRequest) -> NoReturn:
        """Raises an exception with the request, and sends nothing."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        for name in _OURS:
            headers.pop(name, None)
        raise _CapturedError(SdkRequest(str(request.url), headers, request.content))

    def handle_request(self, request: _HttpRequest) -> NoReturn:
        """Raises `RuntimeError`, since no blocking client is used."""
        del request
        raise RuntimeError("requests are written by the asynchronous client only")

    async def aclose(self) -> None:
        """Does nothing, since it has no connection."""

    def close(self) -> None:
        """Does nothing, since it has no connection."""


async def capture_request(call: Coroutine[Any, Any, object]) -> SdkRequest:
    """Returns the request that an SDK's `call` would have sent.

    Raises `ProviderError` of kind `bad_request` if the SDK rejects its arguments. The SDK's own
    message is not passed on, since it quotes the prompt.
    """
    try:
        await call
    except Exception as error:
        captured = error if isinstance(error, _CapturedError) else error.__cause__
        if isinstance(captured, _CapturedError):
            return captured.request
        what = _describe_rejection(error)
        if what is None:
            raise
    else:
        raise RuntimeError("the SDK did not use the transport that it was given")
    raise unserializable_request(what)


def _describe_rejection(error: Exception) -> str | None:
    """Returns what an SDK rejected in a request, or `None` for another error."""
    if isinstance(error, ValidationError):
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        if any(fault["type"] == "string_unicode" for fault in faults):
            return "text that is not valid Unicode"
        names = dict.fromkeys(str(fault["loc"][0]) for fault in faults if fault["loc"])
        return f"a wrong value of {', '.join(names)}"
    if isinstance(error, UnicodeError):
        return "text that is not valid Unicode"
    return "odd values" if isinstance(error, ValueError | TypeError | RecursionError) else None


def endpoint_path(request: SdkRequest, provider: Endpoint) -> str:
    """Returns the path of `request` below the provider's base URL.

    Raises `ProviderError` of kind `bad_request` for any other address, since the key is for its
    origin alone.
    """
    base = provider.address.url("/")
    if request.url.startswith(base):
        return request.url[len(base) - 1 :]
    message = f"The SDK of {provider.name} used another address than {base}."
    failure = Failure.of("bad_request", message, provider=provider.name)
    raise ProviderError(failure, wait_hint="never")


def build_headers(request: SdkRequest, provider: Endpoint, key_header: str) -> dict[str, str]:
    """Returns the SDK's headers, replaced by the user's own.

    `key_header` is left out without a key.
    """
    headers = dict(request.headers)
    if provider.key.read(provider.name) is None:
        headers.pop(key_header, None)
    return headers | {name.lower(): value for name, value in provider.extra_headers.items()}


def is_installed(module: str) -> bool:
    """Checks whether an optional SDK is installed, without its import."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # of the package that it would be in
        return False


def check_installed(module: str, extra: str, provider: str) -> None:
    """Raises `ProviderError` of kind `unsupported` if an optional SDK is missing."""
    if not is_installed(module):
        message = f"The {extra} adapter needs a package that is not installed."
        hint = f"Install it and start the server again: {to_install_command(extra)}"
        failure = Failure.of("unsupported", message, hint=hint, provider=provider)
        raise ProviderError(failure, wait_hint="never")


def quiet_loggers(*loggers: str) -> None:
    """Sets loggers that would write prompts to WARNING or above."""
    for name in loggers:
        logger = logging.getLogger(name)
        logger.setLevel(max(logging.WARNING, logger.level))
