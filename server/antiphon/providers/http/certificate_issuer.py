"""Finds the issuer of a certificate that is not trusted, for the failure's message.

The certificate is fetched over a connection of its own, on which nothing is sent but the handshake.
That changes nothing about what is trusted.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final

import anyio
from anyio.streams.tls import TLSAttribute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from antiphon.providers.http.base_url import Address

FETCH_S: Final = 2.0

_NAMES: Final = (b"\x55\x04\x03", b"\x55\x04\x0a")
"""The object identifiers of a common name and of an organisation."""
_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0


async def fetch_issuer(address: Address) -> str | None:
    """Returns the issuer's name in the server's certificate, or `None` if it is unknown."""
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    blind.check_hostname = False
    blind.verify_mode = ssl.CERT_NONE
    with anyio.move_on_after(FETCH_S):
        try:
            stream = await anyio.connect_tcp(
                address.host, address.port or 443, ssl_context=blind, tls_standard_compatible=False
            )
        except OSError:
            return None
        try:
            certificate = stream.extra_attributes[TLSAttribute.peer_certificate_binary]()
        finally:
            await anyio.aclose_forcefully(stream)
        return parse_issuer(certificate) if certificate else None
    return None


def parse_issuer(certificate: bytes) -> str | None:
    """Parses the issuer's common name and organisation in a DER certificate (RFC 5280, 4.1)."""
    try:
        fields = _iterate_values(next(_iterate_values(next(_iterate_values(certificate))[1]))[1])
        tag, _ = next(fields)
        if tag == _VERSION:
            next(fields)  # the serial number, which comes first without a version
        next(fields)  # the algorithm of the signature
        names = dict(_iterate_names(next(fields)[1]))
    except (StopIteration, IndexError, ValueError):
        return None
    text = ", ".join(names[kind].decode("utf-8", "replace") for kind in _NAMES if kind in names)
    return "".join(letter for letter in text if letter.isprintable())[:80] or None


def _iterate_names(name: bytes) -> Iterator[tuple[bytes, bytes]]:
    for _, group in _iterate_values(name):
        for tag, pair in _iterate_values(group):
            if tag == _SEQUENCE:
                (_, kind), (_, value), *_ = _iterate_values(pair)
                yield kind, value


def _iterate_values(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yields the tags and contents of the DER values in `data`."""
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            width = length & 0x7F
            length = int.from_bytes(data[at : at + width], "big")
            at += width
        yield tag, data[at : at + length]
        at += length
