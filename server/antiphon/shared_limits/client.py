"""Opens the client of Redis, and describes what is wrong with it.

In our own words: Redis' name addresses, and a proxy's may name anything.
"""

from __future__ import annotations

import re
import ssl
from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError

PATIENCE_S: Final = 0.5
"""The longest that a question waits for Redis, connecting included."""
_CONNECTIONS: Final = 8
ERRORS: Final = (RedisError, OSError, TimeoutError)
"""What is raised if Redis, or the way to it, does not do its part."""
_CODE: Final = re.compile(r"[A-Z]{2,20}\b")


def open_client(url: str) -> Redis:
    """Returns a client that connects when it is first used, and asks nothing twice.

    Raises `ValueError` for a URL that redis-py does not understand.
    """
    pool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType] - its kwargs
        url,
        max_connections=_CONNECTIONS,
        timeout=PATIENCE_S,
        socket_timeout=PATIENCE_S,
        socket_connect_timeout=PATIENCE_S,
        retry=Retry(NoBackoff(), 0),
        client_name="antiphon",
    )
    return Redis(connection_pool=pool)


def describe(error: BaseException, url: str) -> str:
    """Returns what is wrong and what to do, without the URL."""
    if isinstance(error, (AuthenticationError, NoPermissionError)):
        return "Redis refuses the user or the password of limits.redisUrl. Correct it there."
    if isinstance(error, ResponseError):
        code = _CODE.match(str(error))
        named = code[0] if code else type(error).__name__
        return f"Redis refuses to count ({named}). Its own log says why."
    if isinstance(error.__context__, ssl.SSLCertVerificationError):
        return "Redis' certificate is not trusted. Add its authority to SSL_CERT_FILE."
    secure = " and speaks TLS, as rediss:// says" if url.startswith("rediss:") else ""
    return f"Redis cannot be reached, or is too slow. See that it runs at limits.redisUrl{secure}."
