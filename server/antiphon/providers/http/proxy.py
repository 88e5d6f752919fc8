"""Finds the proxy of an address in the environment, and refuses what cannot be used.

Every adapter follows the same rule. Only TLS goes through a proxy, which then carries bytes that it
cannot read: with plain HTTP it would see the key and the prompt. This machine is always asked
directly. A proxy that cannot be used here, such as a SOCKS proxy, is never ignored: the addresses
that it is named for are not asked at all, unless `NO_PROXY` names them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msgspec import Struct

from antiphon.engine.ports.deltas import ProviderError
from antiphon.engine.ports.environment import current_environ
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


class NamedProxy(Struct, frozen=True):
    """A proxy and the variable that names it."""

    variable: str
    url: str

    def __repr__(self) -> str:
        return f"NamedProxy({self.shown!r})"

    @property
    def is_usable(self) -> bool:
        """Whether requests can go through it."""
        try:
            parts = urlsplit(self.url)
            return parts.scheme.lower() in USABLE and bool(parts.hostname) and parts.port != 0
        except ValueError:
            return False

    @property
    def shown(self) -> str:
        """Its address without user and password, and its variable."""
        return (
            f"{self._shown_address} ({self.variable})"
            if self._shown_address
            else f"of {self.variable}"
        )

    @property
    def kind(self) -> str:
        """What kind of proxy it is, for a sentence: `a SOCKS proxy`."""
        scheme = self.url.partition("://")[0].lower()
        if scheme.startswith("socks"):
            return "a SOCKS proxy"
        return "an invalid proxy address" if scheme in USABLE else "a proxy of an unknown kind"

    @property
    def _shown_address(self) -> str:
        try:
            parts = urlsplit(self.url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return ""
        host = f"[{host}]" if ":" in host else host
        return f"{parts.scheme}://{host}{f':{port}' if port else ''}" if host.isprintable() else ""


def find_named_proxy(scheme: str, environ: Mapping[str, str] | None = None) -> NamedProxy | None:
    """Returns the proxy that is named for addresses of `scheme`, exceptions aside.

    The scheme's own variable counts before `ALL_PROXY`, and small letters before capitals.
    """
    environ = current_environ() if environ is None else environ
    for name in (f"{scheme}_proxy", "all_proxy"):
        variables = _matching_variables(name, environ)
        if variables and environ[variables[0]].strip():
            url = environ[variables[0]].strip()
            return NamedProxy(variables[0], url if "://" in url else f"http://{url}")
    return None


def _matching_variables(name: str, environ: Mapping[str, str]) -> list[str]:
    """Returns the variables of that name, those in small letters first."""
    return sorted((each for each in environ if each.lower() == name), reverse=True)


def find_proxy(
    scheme: str, host: str, port: int | None, environ: Mapping[str, str] | None = None
) -> NamedProxy | None:
    """Returns the proxy of a host, usable or not, or `None` if it is exempt."""
    named = find_named_proxy(scheme, environ)
    return None if named is None or is_exempt(host, port, environ) else named


def is_exempt(host: str, port: int | None, environ: Mapping[str, str] | None = None) -> bool:
    """Checks whether `NO_PROXY` names the host, its domain, or the host with its port."""
    host = host.rstrip(".").lower()
    for each in exempt_hosts(environ):
        name, _, digits = each.rpartition(":") if each.count(":") == 1 else (each, "", "")
        fits = name == "*" or host == name.strip("[]") or host.endswith(f".{name}")
        if fits and digits in {"", str(port)}:
            return True
    return False


def exempt_hosts(environ: Mapping[str, str] | None = None) -> list[str]:
    """Returns the names in `NO_PROXY`, in small letters and without leading marks."""
    environ = current_environ() if environ is None else environ
    listed = (
        environ[variables[0]].split(",")
        if (variables := _matching_variables("no_proxy", environ))
        else []
    )
    names = [each.strip().lower() for each in listed]
    return [
        each if each == "*" else each.lstrip("*.")
        for each in names
        if each.strip("*.") or "*" in each
    ]


def any_named() -> bool:
    """Checks whether the environment names any proxy."""
    return find_named_proxy("https") is not None or find_named_proxy("http") is not None


def way_to(base_url: str | None, *, loopback: bool) -> str:
    """Returns how an address is asked, as the end of a sentence.

    Without a `base_url` it is any address of a vendor that a library knows, by TLS.
    """
    parts = urlsplit(base_url or "https:")
    proxy = find_named_proxy(parts.scheme)
    if loopback:
        return "directly, since it is on this machine"
    if proxy is None:
        return "directly, since no proxy is named for it"
    if parts.hostname and is_exempt(parts.hostname, parts.port):
        return "directly, since NO_PROXY names it"
    if not proxy.is_usable:
        return f"not at all: {proxy.variable} names {proxy.kind}, which cannot be used"
    if parts.scheme == "http":
        return "directly, since plain HTTP is never sent through a proxy"
    return f"through the proxy {proxy.shown}"


def describe_refusal(origin: str, proxy: NamedProxy) -> str:
    """Returns a sentence about a proxy that cannot be used for `origin`."""
    return (
        f"{proxy.variable} names {proxy.kind} for {origin}, which Antiphon cannot use. "
        "Nothing was sent"
    )


def refused(origin: str, proxy: NamedProxy, provider: str) -> ProviderError:
    """Returns the error of a request that needs an unusable proxy."""
    failure = Failure.of(
        "network", f"{describe_refusal(origin, proxy)}.", hint=REFUSED_HINT, provider=provider
    )
    return ProviderError(failure, wait_hint="never")


def asks_for_login(origin: str | None, provider: str) -> ProviderError:
    """Returns the error of status 407: a proxy wants a user and a password."""
    what = f"The proxy on the way to {origin or provider}"
    failure = Failure.of(
        "network",
        f"{what} asks for a user and a password (status 407).",
        hint=LOGIN_HINT,
        provider=provider,
        http_status=407,
    )
    return ProviderError(failure, wait_hint="never")
