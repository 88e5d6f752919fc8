"""Says which hosts are this machine. Nothing else decides it."""

from __future__ import annotations

import ipaddress
from functools import lru_cache


@lru_cache(maxsize=256)  # every request of a provider asks for the same host
def is_loopback(host: str) -> bool:
    """Checks whether a host name or an IP address means this machine."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
