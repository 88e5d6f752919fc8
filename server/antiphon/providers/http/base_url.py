"""Parses and checks a provider's address before anything is sent there.

One address is one origin: the key is sent there and nowhere else. Hosts must have a strict form, so
that no two parsers can read the same address differently.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msgspec import Struct

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.model.values.hosts import is_loopback
from antiphon.providers.http.proxy import find_proxy, refused

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOST: Final = re.compile(
    r"(?!.{254})[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*\.?", re.IGNORECASE
)
_PATH: Final = re.compile(r"[A-Za-z0-9/._~!$&'()*+,;=:@%-]*")
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OWN_HEADERS: Final = frozenset(
    {"connection", "content-length", "content-type", "host", "transfer-encoding"}
)
_ENDPOINTS: Final = ("/chat/completions", "/models")


class Address(Struct, frozen=True):
    """A provider's base URL, in parts."""

    origin: str
    """Scheme, host and port: `https://api.openai.com`."""
    host: str
    port: int | None
    path: str
    """Without a slash at its end: `/v1`."""

    @property
    def secure(self) -> bool:
        """Whether it is reached by TLS."""
        return self.origin.startswith("https:")

    @property
    def loopback(self) -> bool:
        """Whether it is on this machine."""
        return is_loopback(self.host)

    def url(self, endpoint: str) -> str:
        """Returns the URL of an endpoint such as `/models`."""
        return f"{self.origin}{self.path}{endpoint}"

    def proxy(self, provider: str) -> str | None:
        """Returns the proxy of this address, by the rules of `antiphon.providers.http.proxy`.

        Raises `ProviderError` of kind `network` if one is named that cannot be used.
        """
        if self.loopback:
            return None
        named = find_proxy("https" if self.secure else "http", self.host, self.port)
        if named is None:
            return None
        if not named.is_usable:
            raise refused(self.origin, named, provider)
        return named.url if self.secure else None


def parse_base_url(url: str, provider: str) -> Address:
    """Parses the address in `url`.

    Raises `ProviderError` of kind `bad_request`, whose message names the error in the URL.
    """
    error = _find_url_error(url)
    if error:
        failure = Failure.of(
            "bad_request",
            f"The base URL of {provider} {error}.",
            hint=f"Set providers.{provider}.baseUrl to something like https://api.example.com/v1",
            provider=provider,
        )
        raise ProviderError(failure, wait_hint="never")
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = ipaddress.ip_address(host).compressed
    shown = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port is not None else ""
    path = parts.path.rstrip("/")
    for endpoint in _ENDPOINTS:
        path = path.removesuffix(endpoint)
    return Address(f"{parts.scheme.lower()}://{shown}{port}", host, parts.port, path)


def _find_url_error(url: str) -> str | None:
    """Returns the error in `url` as the end of a sentence, or `None`.

    The URL is not quoted, since it may hold a secret.
    """
    if any(ord(letter) <= 32 or ord(letter) > 126 or letter == "\\" for letter in url):
        return "has a blank, a backslash or a letter outside ASCII"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is not a URL"
    if parts.scheme.lower() not in {"http", "https"}:
        return "must begin with http:// or https://"
    if "@" in parts.netloc:
        return "must not hold a user name or a password"
    if "?" in url or "#" in url:
        return "must not have a query or a fragment"
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    exactly = shown if port is None else f"{shown}:{port}"
    # Parsers differ in how they read letters around brackets and colons, so none are allowed.
    if port == 0 or parts.netloc.lower() != exactly or not _is_host(host):
        return "has no valid host name and port"
    if not _PATH.fullmatch(parts.path) or "/../" in f"{parts.path}/":
        return "has an invalid path"
    return None


def _is_host(host: str) -> bool:
    if ":" in host:
        try:
            return "%" not in host and ipaddress.ip_address(host).version == 6
        except ValueError:
            return False
    try:
        host.encode("ascii").decode("idna")
    except UnicodeError:
        return False  # a label in punycode that does not decode
    return bool(_HOST.fullmatch(host))


def check_headers(headers: Mapping[str, str], provider: str) -> dict[str, str]:
    """Returns `headers` if all of them may be sent.

    Raises `ProviderError` of kind `bad_request` with the name of a header that is malformed or
    that users may not set.
    """
    for name, value in headers.items():
        valid = _HEADER_NAME.fullmatch(name) and name.lower() not in _OWN_HEADERS
        if not valid or any(not 32 <= ord(letter) <= 255 or ord(letter) == 127 for letter in value):
            failure = Failure.of(
                "bad_request",
                f"The header {name[:80]!r} of {provider} cannot be sent.",
                hint=f"Correct or remove it in providers.{provider}.headers.",
                provider=provider,
            )
            raise ProviderError(failure, wait_hint="never")
    return dict(headers)
