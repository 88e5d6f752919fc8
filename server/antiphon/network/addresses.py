"""Parses addresses to listen at, and decides which `Host` headers name this server.

A page in a browser can make its own name resolve to this machine (DNS rebinding). Its requests then
carry that name as `Host`, so a name is only accepted if it was configured. A literal address cannot
be rebound: it is accepted if it is loopback, or the one at which the connection arrived.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection
from typing import Final, NamedTuple

_PORT: Final = re.compile(r"[0-9]{1,5}")
_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_MAX_PORT: Final = 65535
_BACKLOG: Final = 128
_LOCALHOST: Final = "localhost"


class InvalidAddress(Exception):  # noqa: N818 - a wrong argument, as a sentence for the user
    """A text is not an address of the expected form."""


class HostPort(NamedTuple):
    """A host, which is a name in lower case or a canonical literal, and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def canonical_host(host: str) -> str | None:
    """Returns a name in lower case or a literal in its shortest form, or `None` if it is neither.

    An IPv4 address that is mapped to IPv6 is that IPv4 address. Other spellings of addresses
    (`127.1`, `0x7f000001`) are not accepted.
    """
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        is_number = host.replace(".", "").isdigit() or host.lower().startswith("0x")
        return None if is_number or not _NAME.fullmatch(host) else host.lower()
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def parse_host_port(text: str, *, default_port: int | None = None) -> HostPort:
    """Parses `HOST:PORT`, with an IPv6 address in brackets. Raises `InvalidAddress`."""
    host, colon, port = text.rpartition(":")
    if text.endswith("]") or not colon:
        host, port = text, ""
    is_bracketed = host.startswith("[") and host.endswith("]")
    canonical = canonical_host(host) if is_bracketed == (":" in host) else None
    number = int(port) if _PORT.fullmatch(port) else default_port if not port else None
    if canonical is None or number is None or number > _MAX_PORT:
        raise InvalidAddress(f"{text[:80]!r} is not HOST:PORT, such as 127.0.0.1:4123.")
    return HostPort(canonical, number)


def resolve(host: str) -> list[str]:
    """Returns the literals of `host`, which is resolved if it is a name. It blocks.

    Raises `InvalidAddress` if the name has no address.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise InvalidAddress(f"{host} has no address ({error.strerror}).") from None
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def open_socket(address: HostPort) -> socket.socket:
    """Listens at a literal address; 0 is any free port. Raises `InvalidAddress`."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server(address, family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidAddress(f"{address} cannot be listened at: {reason}.") from None


def is_loopback(host: str) -> bool:
    """Checks whether `host` is a loopback literal or `localhost`, whatever names resolve to."""
    canonical = canonical_host(host)
    if canonical is None:
        return False
    try:
        return ipaddress.ip_address(canonical).is_loopback
    except ValueError:
        return canonical == _LOCALHOST


def is_this_server(
    header: str,
    arrived_at: HostPort,
    served: Collection[HostPort],
    *,
    default_port: int,
) -> bool:
    """Checks whether a `Host` header names the server at which the connection arrived.

    `served` are the addresses that were configured; `default_port` is the scheme's.
    """
    try:
        named = parse_host_port(header, default_port=default_port)
    except InvalidAddress:
        return False
    if named in served:
        return True
    return named.port == arrived_at.port and (
        is_loopback(named.host) or named.host == canonical_host(arrived_at.host)
    )
