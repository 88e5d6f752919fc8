"""Finds the proxy of an address in the environment, and refuses what cannot be used.

One law for every adapter. Only TLS goes through a proxy, which then carries bytes that it cannot
read; one that is asked for plain HTTP would see the key and the prompt. This machine is always
asked directly. A proxy that cannot be used here, such as a SOCKS proxy, is never passed over: what
it is named for is not asked at all, unless `NO_PROXY` names it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

USABLE: Final = frozenset({"http", "https"})
REFUSED_HINT: Final = (
    "Set HTTPS_PROXY to an HTTP proxy, which many SOCKS proxies are as well; or add the host to "
    "NO_PROXY, and it is asked directly."
)
LOGIN_HINT: Final = (
    "Write them into the proxy's address: HTTPS_PROXY=http://user:password@host:port, with @, : "
    "and / inside of them as %40, %3A and %2F. If they are there, check them; then start the "
    "server again."
)


@dataclass(frozen=True, slots=True)
class NamedProxy:
    """A proxy and the variable that names it."""

    variable: str
    url: str

    def __repr__(self) -> str:
        return f"NamedProxy({self.shown!r})"

    @property
    def is_usable(self) -> bool:
        """Tells whether requests can go through it."""
        try:
            parts = urlsplit(self.url)
            return parts.scheme.lower() in USABLE and bool(parts.hostname) and parts.port != 0
        except ValueError:
            return False

    @property
    def shown(self) -> str:
        """Returns its address without user and password, and its variable."""
        return f"{self._place} ({self.variable})" if self._place else f"of {self.variable}"

    @property
    def kind(self) -> str:
        """Returns what it is, for a sentence: `a SOCKS proxy`."""
        scheme = self.url.partition("://")[0].lower()
        if scheme.startswith("socks"):
            return "a SOCKS proxy"
        return "no address of a proxy" if scheme in USABLE else "a proxy of an unknown kind"

    @property
    def _place(self) -> str:
        try:
            parts = urlsplit(self.url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return ""
        host = f"[{host}]" if ":" in host else host
        return f"{parts.scheme}://{host}{f':{port}' if port else ''}" if host.isprintable() else ""


def named_for(scheme: str, environ: Mapping[str, str] | None = None) -> NamedProxy | None:
    """Returns the proxy that is named for addresses of `scheme`, exceptions aside.

    The scheme's own variable counts before `ALL_PROXY`, small letters count before capitals.
    """
    environ = os.environ if environ is None else environ
    for name in (f"{scheme}_proxy", "all_proxy"):
        spelled = _spelled(name, environ)
        if spelled and environ[spelled[0]].strip():
            url = environ[spelled[0]].strip()
            return NamedProxy(spelled[0], url if "://" in url else f"http://{url}")
    return None


def _spelled(name: str, environ: Mapping[str, str]) -> list[str]:
    """Returns the variables of that name; small letters count first."""
    return sorted((each for each in environ if each.lower() == name), reverse=True)


def applying(
    scheme: str, host: str, port: int | None, environ: Mapping[str, str] | None = None
) -> NamedProxy | None:
    """Returns the proxy of a host, usable or not, or `None` if it is exempt."""
    named = named_for(scheme, environ)
    return None if named is None or is_exempt(host, port, environ) else named


def is_exempt(host: str, port: int | None, environ: Mapping[str, str] | None = None) -> bool:
    """Tells whether `NO_PROXY` names the host, its domain, or the host with its port."""
    host = host.rstrip(".").lower()
    for each in exempt_hosts(environ):
        name, _, digits = each.rpartition(":") if each.count(":") == 1 else (each, "", "")
        fits = name == "*" or host == name.strip("[]") or host.endswith(f".{name}")
        if fits and digits in {"", str(port)}:
            return True
    return False


def exempt_hosts(environ: Mapping[str, str] | None = None) -> list[str]:
    """Returns the names in `NO_PROXY`, in small letters and without leading marks."""
    environ = os.environ if environ is None else environ
    listed = environ[spelled[0]].split(",") if (spelled := _spelled("no_proxy", environ)) else []
    names = [each.strip().lower() for each in listed]
    return [
        each if each == "*" else each.lstrip("*.")
        for each in names
        if each.strip("*.") or "*" in each
    ]


def any_named() -> bool:
    """Tells whether the environment names a proxy for anything."""
    return named_for("https") is not None or named_for("http") is not None


def way_to(base_url: str | None, *, loopback: bool) -> str:
    """Returns how an address is asked, as the end of a sentence.

    Without a `base_url` it is any address of a vendor that a library knows, by TLS.
    """
    parts = urlsplit(base_url or "https:")
    proxy = named_for(parts.scheme)
    if loopback:
        return "directly, since it is on this machine"
    if proxy is None:
        return "directly, since no proxy is named for it"
    if parts.hostname and is_exempt(parts.hostname, parts.port):
        return "directly, since NO_PROXY names it"
    if not proxy.is_usable:
        return f"not at all: {proxy.variable} names {proxy.kind}, which cannot be used"
    if parts.scheme == "http":
        return "directly, since plain HTTP is sent through no proxy"
    return f"through the proxy {proxy.shown}"


def refusal_of(origin: str, proxy: NamedProxy) -> str:
    """Returns the sentence on a proxy that cannot be used for `origin`."""
    return (
        f"{proxy.variable} names {proxy.kind} for {origin}, which Antiphon cannot use. "
        "Nothing was sent"
    )


def refused(origin: str, proxy: NamedProxy, provider: str) -> ProviderError:
    """Returns the failure of a request that needs a proxy that cannot be used."""
    failure = Failure.of(
        "network", f"{refusal_of(origin, proxy)}.", hint=REFUSED_HINT, provider=provider
    )
    return ProviderError(failure, wait_hint="never")


def asks_for_login(origin: str | None, provider: str) -> ProviderError:
    """Returns the failure of status 407: a proxy wants a user and a password."""
    what = f"The proxy on the way to {origin or provider}"
    failure = Failure.of(
        "network",
        f"{what} asks for a user and a password (status 407).",
        hint=LOGIN_HINT,
        provider=provider,
        http_status=407,
    )
    return ProviderError(failure, wait_hint="never")
