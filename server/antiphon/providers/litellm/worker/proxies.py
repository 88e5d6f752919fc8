"""Makes litellm use the same proxies as every other adapter.

litellm's HTTP clients read the environment in ways of their own: some ignore a SOCKS proxy, some
fail with it, some send plain HTTP and this machine's addresses through a proxy. So they find only
the proxies that they may use, and the probe refuses the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.providers.http.base_url import is_loopback
from antiphon.providers.http.proxy import NamedProxy, exempt_hosts, find_named_proxy, find_proxy

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_HERE: Final = ("localhost", "127.0.0.1", "::1")
_named: Final[dict[str, str]] = {}
"""The proxy variables that the worker was started with."""


def restrict_proxies(environ: MutableMapping[str, str]) -> None:
    """Removes from `environ` all but the proxy for TLS and the hosts without one.

    It must be called before any HTTP client is imported.
    """
    _named.clear()
    for name in [each for each in environ if each.lower().endswith("_proxy")]:
        _named[name] = environ.pop(name)
    proxy = find_named_proxy("https", _named)
    if proxy is not None and proxy.is_usable:
        environ["HTTPS_PROXY"] = proxy.url
    environ["NO_PROXY"] = ",".join((*exempt_hosts(_named), *_HERE))


def find_unusable_proxy(scheme: str, host: str, port: int | None) -> NamedProxy | None:
    """Returns the unusable proxy of an address, or `None` if it can be asked."""
    proxy = None if is_loopback(host) else find_proxy(scheme, host, port, _named)
    return None if proxy is None or proxy.is_usable else proxy
