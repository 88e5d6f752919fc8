"""Defines what the engine needs of cassettes: kept answers of vendors, by their requests.

A run that records or replays sets `current_cassette` for its own tasks, and no other run sees it.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Recording(Struct, frozen=True):
    """One response: what a vendor sent, byte for byte, but for keys."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Only those that say how to read the body, or when to ask again."""
    broken: bool = False
    """Whether the connection broke behind the last byte."""


class Cassette(Protocol):
    """A folder of recordings."""

    @property
    def is_replay(self) -> bool:
        """Whether answers come from it, and none from the network."""
        ...

    async def take(self, key: str) -> Recording | None:
        """Returns the next recording of a request, or `None` if it has none."""
        ...

    def keep(self, key: str, recording: Recording) -> None:
        """Adds a recording, which `flush` writes."""
        ...

    async def flush(self, providers: Collection[str]) -> None:
        """Writes what was added, and the types and addresses of these providers."""
        ...


class OpenCassette(Protocol):
    """Opens cassettes below the open folders."""

    async def __call__(self, folder: str, *, is_replay: bool, field: str) -> Cassette:
        """Returns the cassette in a folder.

        Raises `AntiphonError` with `field`: `permission` for a folder outside the open ones,
        `not_found` for a replay of a folder that is not a cassette, `invalid_params` for one whose
        list of providers is damaged.
        """
        ...


current_cassette: Final[ContextVar[Cassette | None]] = ContextVar("current_cassette", default=None)
"""The cassette of the present task's run, if it has one."""
