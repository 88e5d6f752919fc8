"""Where a provider is, checked before anything is sent there.

One address is one origin: the key goes there and nowhere else. Hosts are held to a strict form, so
that no two parsers can read the same address differently.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.model.values.hosts import is_loopback
from antiphon.providers.http.proxy import applying, refused

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


@dataclass(frozen=True, slots=True)
class Address:
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
        """Whether it is this machine."""
        return is_loopback(self.host)

    def url(self, endpoint: str) -> str:
        """The URL of an endpoint such as `/models`."""
        return f"{self.origin}{self.path}{endpoint}"

    def proxy(self, provider: str) -> str | None:
        """Returns the proxy of this address, by the rules of `antiphon.providers.http.proxy`.

        Raises `ProviderError` of kind `network` if one is named that cannot be used.
        """
        if self.loopback:
            return None
        named = applying("https" if self.secure else "http", self.host, self.port)
        if named is None:
            return None
        if not named.is_usable:
            raise refused(self.origin, named, provider)
        return named.url if self.secure else None


def parse_base_url(url: str, provider: str) -> Address:
    """The address that `url` names.

    Raises `ProviderError` of kind `bad_request`, which says what is wrong with the URL.
    """
    wrong = _fault_of(url)
    if wrong:
        failure = Failure.of(
            "bad_request",
            f"The base URL of {provider} {wrong}.",
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


def _fault_of(url: str) -> str | None:
    """What is wrong with `url`, as the end of a sentence; it may hold a secret and is not shown."""
    if any(ord(letter) <= 32 or ord(letter) > 126 or letter == "\\" for letter in url):
        return "has a blank, a backslash or a letter outside ASCII"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is no URL"
    if parts.scheme.lower() not in {"http", "https"}:
        return "must begin with http:// or https://"
    if "@" in parts.netloc:
        return "must not hold a user name or a password"
    if "?" in url or "#" in url:
        return "must not have a query or a fragment"
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    exactly = shown if port is None else f"{shown}:{port}"
    # Parsers differ in what they make of letters around brackets and colons: there are none.
    if port == 0 or parts.netloc.lower() != exactly or not _is_host(host):
        return "has no proper host name and port"
    if not _PATH.fullmatch(parts.path) or "/../" in f"{parts.path}/":
        return "has an odd path"
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
        return False  # a label in punycode that stands for nothing
    return bool(_HOST.fullmatch(host))


def check_headers(headers: Mapping[str, str], provider: str) -> dict[str, str]:
    """`headers` as they may be sent.

    Raises `ProviderError` of kind `bad_request` naming a header that is malformed or is not the
    person's to set.
    """
    for name, value in headers.items():
        proper = _HEADER_NAME.fullmatch(name) and name.lower() not in _OWN_HEADERS
        if not proper or any(
            not 32 <= ord(letter) <= 255 or ord(letter) == 127 for letter in value
        ):
            failure = Failure.of(
                "bad_request",
                f"The header {name[:80]!r} of {provider} cannot be sent.",
                hint=f"Correct or remove it in providers.{provider}.headers.",
                provider=provider,
            )
            raise ProviderError(failure, wait_hint="never")
    return dict(headers)
