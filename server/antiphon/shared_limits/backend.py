"""Asks Redis, in bounded time: all that needs its libraries is here and below."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import anyio

from antiphon.shared_limits.client import ERRORS, PATIENCE_S, describe, open_client
from antiphon.shared_limits.leases import Leases
from antiphon.shared_limits.minute import MinuteCount

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_T = TypeVar("_T")


class Backend:
    """One Redis. Raises `ValueError` for a URL that its library does not understand."""

    errors = ERRORS

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = open_client(url)
        self.leases = Leases(self._client)
        self.minute = MinuteCount(self._client.connection_pool)

    async def within_patience(self, work: Callable[[Backend], Awaitable[_T]]) -> _T:
        """Returns what `work` returns. Raises one of `errors`, after `PATIENCE_S` at the latest."""
        with anyio.fail_after(PATIENCE_S):
            return await work(self)

    def describe(self, error: BaseException) -> str:
        """Returns what one of `errors` means, and what to do."""
        return describe(error, self._url)

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._client.aclose()
        await self._client.connection_pool.disconnect()
