"""Keeps the slots of all servers in Redis, as leases that end by themselves.

Three sorted sets an account: who holds a slot, by the end of the lease; who waits, by when they
came; and until when each of those counts as still waiting, as a killed server asks no more. All
times are Redis' own, so servers' clocks need not agree. Each script is one step to Redis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from redis.asyncio import Redis

LEASE_MS: Final = 10_000
"""How long the slots of a server that was killed are not free."""
WAITS_MS: Final = 3_000
"""How long a request that is not asked for again keeps its place in the line."""

_ACQUIRE: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local token, slots = ARGV[1], tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now)) do
  redis.call('ZREM', KEYS[2], gone)
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
redis.call('ZADD', KEYS[2], 'NX', time[1] * 1000000 + time[2], token)
local held = redis.call('ZCARD', KEYS[1])
local before = redis.call('ZRANK', KEYS[2], token)
if before < slots - held then
  redis.call('ZREM', KEYS[2], token)
  redis.call('ZREM', KEYS[3], token)
  redis.call('ZADD', KEYS[1], now + ARGV[3], token)
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {1, held, before}
end
redis.call('ZADD', KEYS[3], now + ARGV[4], token)
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PEXPIRE', KEYS[3], ARGV[4])
return {0, held, before}
"""
_RENEW: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for index = 2, #ARGV do
  redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[index])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
"""
_PROBE: Final = "antiphon:limits"


class Leases:
    """The slots that servers hold, and the requests that wait for one."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._acquire = client.register_script(_ACQUIRE)
        self._renew = client.register_script(_RENEW)

    async def acquire(self, account: str, token: str, slots: int) -> tuple[bool, int, int]:
        """Takes a slot if one is free for who came first.

        Returns whether `token` has it now, how many are held by others, and how many wait before.
        """
        arguments = (token, slots, LEASE_MS, WAITS_MS)
        found: Any = await self._acquire(keys=_sets(account), args=arguments)
        return bool(found[0]), int(found[1]), int(found[2])

    async def settle(
        self, held: Mapping[str, Collection[str]], released: Mapping[str, Collection[str]]
    ) -> None:
        """Gives back what is released, and holds the rest for another `LEASE_MS`.

        It writes even if there is nothing to do: a Redis that can only be read shares nothing.
        """
        async with self._client.pipeline(transaction=False) as commands:
            commands.set(_PROBE, "1", px=LEASE_MS)
            for account, tokens in released.items():
                for name in _sets(account):
                    commands.zrem(name, *tokens)
            for account, tokens in held.items():
                await self._renew(_sets(account)[:1], (LEASE_MS, *tokens), client=commands)
            await commands.execute()


def _sets(account: str) -> tuple[str, str, str]:
    """Returns the names of an account's three sets, in one slot of a cluster."""
    start = f"antiphon:slots:{{{account}}}"
    return f"{start}:held", f"{start}:waiting", f"{start}:seen"
