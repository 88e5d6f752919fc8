"""Reads the options of `antiphon serve --ws`, and refuses those that would not be safe."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from antiphon.network.addresses import (
    HostPort,
    InvalidAddress,
    is_loopback,
    parse_host_port,
    resolve,
)
from antiphon.network.admission import is_origin
from antiphon.network.limits import Limits
from antiphon.network.tls import TlsProblem, load_tls
from antiphon.network.token_file import TokenFile, TokenFileProblem

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence


class InvalidOptions(Exception):  # noqa: N818 - wrong arguments, as a sentence for the user
    """The options cannot be served."""


@dataclass(frozen=True)
class NetworkOptions:
    """What is served. `tokens` is `None` if a token has to be made."""

    host: str
    """A literal address."""
    port: int
    """0 for any that is free."""
    served: Sequence[HostPort]
    origins: Sequence[str]
    tls: ssl.SSLContext | None
    tokens: TokenFile | None
    limits: Limits


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options to a parser."""
    defaults = Limits()
    parser.add_argument("--ws", metavar="HOST:PORT")
    parser.add_argument("--tokens", type=Path, metavar="FILE")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE")
    parser.add_argument("--tls-key", type=Path, metavar="FILE")
    parser.add_argument("--allow-origin", action="append", default=[], metavar="ORIGIN")
    parser.add_argument("--allow-host", action="append", default=[], metavar="NAME[:PORT]")
    for name, default in (
        ("--max-connections", defaults.connections),
        ("--max-connections-per-user", defaults.connections_per_user),
        ("--max-connections-per-address", defaults.connections_per_address),
    ):
        parser.add_argument(name, type=_parse_count, metavar="N", default=default)
    for name, default in (
        ("--ping-seconds", defaults.ping_s),
        ("--client-idle-seconds", defaults.idle_s),
    ):
        parser.add_argument(name, type=_parse_duration_s, metavar="N", default=default)


def read_network_options(given: argparse.Namespace, *, handshake_s: float) -> NetworkOptions:
    """Checks parsed options, with the files that they name. Raises `InvalidOptions`."""
    try:
        address = parse_host_port(given.ws)
        literal = _resolve_literal(address.host)
        _check_exposure(literal, given)
        tls = _load_tls(given.tls_cert, given.tls_key)
        tokens = None if given.tokens is None else TokenFile(given.tokens)
        named = [parse_host_port(each, default_port=0) for each in given.allow_host]
    except (InvalidAddress, TlsProblem, TokenFileProblem) as problem:
        raise InvalidOptions(str(problem)) from None
    return NetworkOptions(
        host=literal,
        port=address.port,
        served=[HostPort(address.host, 0), *named],
        origins=_check_origins(given.allow_origin),
        tls=tls,
        tokens=tokens,
        limits=Limits(
            connections=given.max_connections,
            connections_per_user=given.max_connections_per_user,
            connections_per_address=given.max_connections_per_address,
            handshake_s=handshake_s,
            ping_s=given.ping_seconds,
            idle_s=given.client_idle_seconds,
        ),
    )


def _resolve_literal(host: str) -> str:
    """Returns the address to listen at: loopback only if there is no other.

    IPv4 comes first. A name that leads to both counts as one that others reach.
    """
    return min(resolve(host), key=lambda literal: (is_loopback(literal), ":" in literal))


def _check_exposure(literal: str, given: argparse.Namespace) -> None:
    if is_loopback(literal):
        return
    missing = [
        option
        for option, value in (
            ("--tls-cert", given.tls_cert),
            ("--tls-key", given.tls_key),
            ("--tokens", given.tokens),
        )
        if value is None
    ]
    if missing:
        raise InvalidOptions(
            f"{given.ws} can be reached from other machines, so {' and '.join(missing)} must be "
            "given. Or listen at 127.0.0.1. `antiphon token add NAME` makes a token."
        )


def _load_tls(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise InvalidOptions("--tls-cert and --tls-key belong together. Give both.")
    return load_tls(certificate, key)


def _check_origins(origins: Sequence[str]) -> Sequence[str]:
    for each in origins:
        if not is_origin(each):
            raise InvalidOptions(
                f"{each[:80]!r} is not an origin, such as https://pages.example: "
                "a scheme and a host in lower case, and nothing behind them."
            )
    return origins


def _parse_count(text: str) -> int:
    count = int(text)
    if not 0 < count < 1_000_000:
        raise ValueError(text)
    return count


def _parse_duration_s(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 1e7:
        raise ValueError(text)
    return seconds
