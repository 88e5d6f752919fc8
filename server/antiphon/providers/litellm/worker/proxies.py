"""Holds litellm to the proxies that every other adapter uses.

litellm's HTTP clients read the environment in ways of their own: some pass over a SOCKS proxy, some
end with it, some send plain HTTP and this machine's addresses through a proxy. So they find only
what they may use, and the tap refuses the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.providers.http.base_url import is_loopback
from antiphon.providers.http.proxy import NamedProxy, applying, exempt_hosts, named_for

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_HERE: Final = ("localhost", "127.0.0.1", "::1")
_named: Final[dict[str, str]] = {}
"""The variables as the worker was given them."""


def take_over(environ: MutableMapping[str, str]) -> None:
    """Leaves in `environ` only the proxy for TLS and the hosts without one.

    Called before any HTTP client is imported.
    """
    _named.clear()
    for name in [each for each in environ if each.lower().endswith("_proxy")]:
        _named[name] = environ.pop(name)
    proxy = named_for("https", _named)
    if proxy is not None and proxy.is_usable:
        environ["HTTPS_PROXY"] = proxy.url
    environ["NO_PROXY"] = ",".join((*exempt_hosts(_named), *_HERE))


def unusable_for(scheme: str, host: str, port: int | None) -> NamedProxy | None:
    """Returns the unusable proxy of an address, or `None` if it can be asked."""
    proxy = None if is_loopback(host) else applying(scheme, host, port, _named)
    return None if proxy is None or proxy.is_usable else proxy
