"""Tells whether the database answers, and tells other servers that this one lives.

One connection, apart from those that read and write, holds an advisory lock for as long as this
server lives, and hears what other servers commit. PostgreSQL frees the lock when the connection
ends, however the server ends. The lock is shared: a connection that was cut may still hold it when
the next one is there. If the database is away, this connection finds it again: nobody else
waits for it meanwhile.

A pool that hands out connections by transaction (`prepared_statements=off`) keeps no lock and no
notices of a session. There the lock belongs to a transaction that stays open, which holds back no
snapshot, and changes are looked for by the clock. Without that setting such a pool is refused:
it would lose both without a word.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import anyio

from antiphon.history.postgresql.driver.connection import (
    OWN_SESSION,
    check_session,
    connect,
    lock_key,
)
from antiphon.history.postgresql.driver.errors import (
    FAILURES,
    SharedSessionError,
    explanation,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.history.postgresql.driver.address import Address
    from antiphon.history.postgresql.driver.raw import RawConnection

_log = logging.getLogger(__name__)

_LOOK_S: Final = 1.0
_ANSWER_S: Final = 2.0
_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 5.0
# Without these a machine that vanishes from the network would seem to live for two hours.
_KEEPALIVES: Final = """
    SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3
"""


class Presence:
    """This server's presence at one database, from `start` to `aclose`."""

    def __init__(self, address: Address, schema: str, server_id: str) -> None:
        self._address = address
        self._schema = schema
        self._server_id = server_id
        self._raw: RawConnection | None = None
        self._session = 0
        self._wake = anyio.Event()
        self._version = 0
        self.problem: str | None = None
        """Why the database cannot be used now; `None` while it can."""
        self.on_return: Callable[[], None] | None = None
        """Is called each time the database has come back."""

    @property
    def is_away(self) -> bool:
        """Whether it is of no use to ask the database now."""
        return self._raw is None

    @property
    def version(self) -> int:
        """A number that other servers' commits change."""
        if not self._address.prepares:
            self._version += 1
        return self._version

    @property
    def channel(self) -> str:
        """The channel on which servers tell what they have committed."""
        return channel_of(self._schema)

    async def start(self) -> None:
        """Connects and announces this server. Raises what asyncpg raises."""
        self._raw = await self._announce()

    def look(self) -> None:
        """Finds out soon whether the database still answers, as somebody could not use it."""
        self._wake.set()

    async def aclose(self) -> None:
        """Leaves: the lock is free from here on."""
        if self._raw is not None:
            raw, self._raw = self._raw, None
            await _close(raw)

    async def _announce(self) -> RawConnection:
        raw = await connect(self._address)
        key = lock_key(self._schema, server_lock(self._server_id))
        try:
            if self._address.prepares:
                await check_session(self._address, raw)
                await raw.execute(_KEEPALIVES)
                await raw.fetchval("SELECT pg_advisory_lock_shared($1)", key)
                await raw.add_listener(self.channel, self._heard)
            else:
                await raw.execute("BEGIN")
                await raw.fetchval("SELECT pg_advisory_xact_lock_shared($1)", key)
            self._session = await raw.fetchval(OWN_SESSION)
        except BaseException:
            raw.terminate()
            raise
        raw.add_termination_listener(self._ended)
        return raw

    def _ended(self, _connection: object) -> None:
        self._wake.set()

    def _heard(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        if payload != self._server_id:
            self._version += 1

    async def watch(self) -> None:
        """Notices when the database goes away and when it is back, until it is cancelled."""
        while True:
            with anyio.move_on_after(_LOOK_S):
                await self._wake.wait()
            self._wake = anyio.Event()
            if self._raw is not None and not await self._answers(self._raw):
                raw, self._raw = self._raw, None
                raw.terminate()
            if self._raw is None:
                await self._return()

    async def _answers(self, raw: RawConnection) -> bool:
        try:
            if await raw.fetchval(OWN_SESSION, timeout=_ANSWER_S) != self._session:
                raise SharedSessionError
        except FAILURES as problem:
            self.problem = " ".join(explanation(problem))
            _log.warning("the history's database is away: %s", self.problem)
            return False
        return True

    async def _return(self) -> None:
        pause = _FIRST_PAUSE_S
        while self._raw is None:
            try:
                self._raw = await self._announce()
            except FAILURES as problem:
                self.problem = " ".join(explanation(problem))
                await anyio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)
        self._version += 1
        self.problem = None
        _log.info("the history's database is back")
        if self.on_return is not None:
            self.on_return()


def channel_of(schema: str) -> str:
    """Returns the name of a schema's channel."""
    return f"antiphon_{lock_key(schema, 'changes') & 0xFFFFFFFF:08x}"


def server_lock(server_id: str) -> str:
    """Returns what a server's lock is about."""
    return f"server {server_id}"


async def _close(raw: RawConnection) -> None:
    try:
        await raw.close(timeout=1)
    except FAILURES:
        raw.terminate()
