"""A request as a vendor's SDK writes it, taken out of its hands before it is sent.

An SDK knows its vendor's addresses, its authentication, its headers and how a body is spelled. What
it makes of connections and streams costs thirty times the decoding alone and differs with every
fault, so its HTTP client is given a transport that sends nothing: our own connections carry the
request and our own decoder reads the answer. No retry, redirect or time limit of an SDK is ever
reached, and the key goes to the one origin that its provider has.
"""

from __future__ import annotations

import importlib.util
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn, Protocol

from pydantic import ValidationError

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.openai.request import unserializable_request

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from typing import Any

    from antiphon.providers.http.endpoint import Endpoint

NO_KEY: Final = "none"
"""Given to an SDK that insists on a key; it would take one from the environment else."""

_OURS: Final = frozenset(
    {"accept-encoding", "connection", "content-length", "content-type", "host"}
)
"""Headers that belong to the connection."""


@dataclass(frozen=True, slots=True)
class SdkRequest:
    """What an SDK would have sent."""

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


class _TakenError(Exception):
    """Leaves the SDK with its request; says nothing of it."""

    def __init__(self, request: SdkRequest) -> None:
        super().__init__("the request was taken before it was sent")
        self.request = request


class CapturingTransport:
    """A transport for the clients of httpx and httpx2, which both take any object of this shape."""

    async def handle_async_request(self, request: _HttpRequest) -> NoReturn:
        """Sends nothing."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        for name in _OURS:
            headers.pop(name, None)
        raise _TakenError(SdkRequest(str(request.url), headers, request.content))

    def handle_request(self, request: _HttpRequest) -> NoReturn:
        """The same for clients that block; none is ever used."""
        del request
        raise RuntimeError("requests are written by the asynchronous client only")

    async def aclose(self) -> None:
        """There is nothing to close."""

    def close(self) -> None:
        """There is nothing to close."""


async def capture_request(call: Coroutine[Any, Any, object]) -> SdkRequest:
    """The request that an SDK's `call` would have sent.

    Raises `ProviderError` of kind `bad_request` where the SDK does not take what it was given. The
    SDK's own words are not passed on, since they quote the prompt.
    """
    try:
        await call
    except Exception as problem:
        found = problem if isinstance(problem, _TakenError) else problem.__cause__
        if isinstance(found, _TakenError):
            return found.request
        what = _fault_of(problem)
        if what is None:
            raise
    else:
        raise RuntimeError("the SDK did not use the transport that it was given")
    raise unserializable_request(what)


def _fault_of(problem: Exception) -> str | None:
    """What an SDK found wrong with a request; `None` where it is not about the request."""
    if isinstance(problem, ValidationError):
        faults = problem.errors(include_url=False, include_context=False, include_input=False)
        if any(fault["type"] == "string_unicode" for fault in faults):
            return "text that is not valid Unicode"
        names = dict.fromkeys(str(fault["loc"][0]) for fault in faults if fault["loc"])
        return f"a wrong value of {', '.join(names)}"
    if isinstance(problem, UnicodeError):
        return "text that is not valid Unicode"
    return "odd values" if isinstance(problem, ValueError | TypeError | RecursionError) else None


def endpoint_of(request: SdkRequest, provider: Endpoint) -> str:
    """The path that `request` asks for, below the provider's base URL.

    Raises `ProviderError` of kind `bad_request` for any other place: the key stays with its origin.
    """
    base = provider.address.url("/")
    if request.url.startswith(base):
        return request.url[len(base) - 1 :]
    message = f"The SDK of {provider.name} wanted to ask somewhere else than {base}."
    failure = Failure.of("bad_request", message, provider=provider.name)
    raise ProviderError(failure, wait_hint="never")


def headers_of(request: SdkRequest, provider: Endpoint, key_header: str) -> dict[str, str]:
    """The SDK's headers under the person's own; without `key_header` where there is no key."""
    headers = dict(request.headers)
    if provider.key.read(provider.name) is None:
        headers.pop(key_header, None)
    return headers | {name.lower(): value for name, value in provider.extra_headers.items()}


def is_installed(module: str) -> bool:
    """Whether an optional SDK is there; does not import it."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # of the package that it would be in
        return False


def check_installed(module: str, extra: str, provider: str) -> None:
    """Raises `ProviderError` of kind `unsupported` where an optional SDK is missing."""
    if not is_installed(module):
        message = f"The {extra} adapter needs a package that is not installed."
        hint = f"Install it and start the server anew: pip install 'antiphon[{extra}]'"
        failure = Failure.of("unsupported", message, hint=hint, provider=provider)
        raise ProviderError(failure, wait_hint="never")


def quiet_loggers(*loggers: str) -> None:
    """Holds loggers that would write prompts at WARNING, whatever the level of the log."""
    for name in loggers:
        logger = logging.getLogger(name)
        logger.setLevel(max(logging.WARNING, logger.level))
