"""Rows that no setting has: providers that were found, below those that were configured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.providers.config import PriceRow, Row, Secret

_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True, slots=True)
class DiscoveredProvider:
    """A model server of this machine; as a row of settings would be, without a key."""

    base_url: str
    type: str = "openai"
    api_key: Secret | None = None
    api_key_env: str | None = None
    models: tuple[str, ...] = ()
    max_concurrency: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    prices: Mapping[str, PriceRow] = field(default_factory=dict[str, "PriceRow"])


def over(configured: Mapping[str, Row], found: Mapping[str, Row]) -> dict[str, Row]:
    """All rows: those that were configured, then what was found besides.

    A row of the same name wins, and so does one that names the same port of this machine, whatever
    it is called: one server is one provider.
    """
    taken = {_port_here(row) for row in configured.values()} - {None}
    besides = {
        name: row
        for name, row in found.items()
        if name not in configured and _port_here(row) not in taken
    }
    return {**configured, **besides}


def _port_here(row: Row) -> int | None:
    """The port of this machine that a row names, if it does."""
    if row.base_url is None:
        return None
    try:
        parts = urlsplit(row.base_url)
        port = parts.port or 80
    except ValueError:
        return None  # its adapter says what is wrong with it
    return port if parts.hostname in _THIS_MACHINE else None
