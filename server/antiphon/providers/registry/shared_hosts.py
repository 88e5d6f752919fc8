"""Finds the providers that share a host, so that they share its slots.

An account's limits belong to its key, however many providers use it, and a machine has one graphics
card, however many providers name its port.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from antiphon.engine.ports import Host
from antiphon.providers.http.proxy import any_named, way_to
from antiphon.providers.registry.adapter_types import default_concurrency, is_local
from antiphon.providers.registry.this_machine import identify_machine

if TYPE_CHECKING:
    from antiphon.model.provider_config import ProviderConfig
    from antiphon.providers.registry.entries import ProviderEntries
    from antiphon.providers.registry.provider_entry import ProviderEntry


def host_of(entry: ProviderEntry, entries: ProviderEntries) -> Host:
    """Returns the host of `entry` among all `entries`, itself included.

    If several providers share a host, the smallest `maxConcurrency` that one of them sets counts.
    A host in the cloud is that of one key: clients with another key there do not share it.
    """
    sharing = [other for other in entries.values() if other is entry or _share(entry, other)]
    set_by_rows = [other.row.max_concurrency for other in sharing if other.row.max_concurrency]
    local = is_local(entry.row)
    return Host(
        key=f"port {_port(entry.row)}" if local else _account(entry, sharing[0].name, entries),
        places=min(set_by_rows, default=default_concurrency(entry.row)),
        local=local,
        shared_name=_shared_name(entry, entries),
    )


def _account(entry: ProviderEntry, first_name: str, entries: ProviderEntries) -> str:
    """Returns what tells an account from all others of this server's clients.

    The address is part of it: a provider with a new one does not wait for the old one. Without a
    key, the name has to tell.
    """
    fingerprint = entries.fingerprint(entry.name)
    holder = f"{entry.row.type} {fingerprint}" if fingerprint else first_name
    return f"{holder} {_origin(entry.row)}"


def _shared_name(entry: ProviderEntry, entries: ProviderEntries) -> str:
    """Returns what other servers call the host too, empty if none shares its limits.

    A port of this machine is shared with the other servers on it.
    """
    names = entries.account_names
    if names is None or entry.row.type == "demo":
        return ""
    if is_local(entry.row):
        return names.of(f"port {_port(entry.row)} of {identify_machine()}", None)
    key = entry.lookup.key
    holder = entry.name if key is None else entry.row.type
    return names.of(f"{holder} {_origin(entry.row)}", key)


def key_is_account_wide(row: ProviderConfig) -> bool:
    """Checks whether a refused key is refused for every model: at vendors, not gateways."""
    if row.type in {"groq", "gemini"}:
        return True
    from antiphon.providers.openai.quirks import (  # noqa: PLC0415 - with the adapter
        is_vendor_of_keys,
    )

    host = urlsplit(row.base_url or "").hostname
    return row.type == "openai" and host is not None and is_vendor_of_keys(host)


def route_of(row: ProviderConfig) -> str | None:
    """Returns how a provider is asked, or `None` if the environment names no proxy."""
    if row.type == "demo" or not any_named():
        return None
    return way_to(row.base_url or _home(row.type), loopback=is_local(row))


def _home(type_name: str) -> str | None:
    """Returns the vendor's address of a type, if its adapter knows one."""
    if type_name == "groq":
        from antiphon.providers.groq.endpoint import VENDOR as groq  # noqa: PLC0415, N811 - light

        return groq
    if type_name == "gemini":
        from antiphon.providers.gemini.endpoint import VENDOR as google  # noqa: PLC0415, N811

        return google
    return None


def _share(one: ProviderEntry, other: ProviderEntry) -> bool:
    if is_local(one.row) or is_local(other.row):
        return is_local(one.row) and is_local(other.row) and _port(one.row) == _port(other.row)
    if one.lookup.key is None or other.lookup.key is None:
        return False
    return (
        one.row.type == other.row.type
        and _origin(one.row) == _origin(other.row)
        and one.lookup.key.get_secret_value() == other.lookup.key.get_secret_value()
    )


def _origin(row: ProviderConfig) -> str:
    return urlsplit(row.base_url or "").netloc.lower()


def _port(row: ProviderConfig) -> int | None:
    return _port_at(row.base_url or "")


@lru_cache(maxsize=256)
def _port_at(base_url: str) -> int | None:
    parts = urlsplit(base_url)
    return parts.port or (443 if parts.scheme == "https" else 80)
