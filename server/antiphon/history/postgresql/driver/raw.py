"""Has the types of what is used of asyncpg, which has none of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


# ruff: noqa: ASYNC109 - the parameters are asyncpg's
class RawConnection(Protocol):
    """An `asyncpg.Connection`. Timeouts are in seconds."""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:
        """Runs statements and returns the last one's tag: `INSERT 0 1`."""
        ...

    async def executemany(self, command: str, args: Sequence[Sequence[Any]]) -> None: ...

    async def fetch(self, query: str, *args: Any) -> list[Any]: ...

    async def fetchmany(self, query: str, args: Sequence[Sequence[Any]]) -> list[Any]:
        """Runs a statement for each of `args`, and returns the rows of all."""
        ...

    async def fetchval(self, query: str, *args: Any, timeout: float | None = None) -> Any: ...

    async def set_type_codec(self, typename: str, **how: Any) -> None: ...

    async def add_listener(
        self, channel: str, callback: Callable[[Any, int, str, object], None]
    ) -> None: ...

    def add_termination_listener(self, callback: Callable[[Any], None]) -> None: ...

    def get_server_pid(self) -> int:
        """Returns the process that the server, or a pool before it, named at the login."""
        ...

    def is_closed(self) -> bool: ...

    async def close(self, *, timeout: float | None = None) -> None: ...

    def terminate(self) -> None: ...
