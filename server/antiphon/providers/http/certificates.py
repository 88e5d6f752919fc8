"""The certificates that this machine trusts: read once, and only where a vendor is asked over TLS.

aiohttp reads them twice while it is imported, for two contexts of its own: nearly half of the time
that its import takes, spent before the first answer of a server without TLS too. So it is imported
without them, and connections are given the context that is made here.
"""

from __future__ import annotations

import functools
import ssl
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import anyio.to_thread

if TYPE_CHECKING:
    from collections.abc import Generator

_PROTOCOLS: Final = ("http/1.1",)


@functools.cache
def trusted() -> ssl.SSLContext:
    """The context for every connection; the first call reads files and takes tens of ms."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(_PROTOCOLS)
    return context


async def read_trusted() -> ssl.SSLContext:
    """The context of `trusted`, with the files read in a thread."""
    return await anyio.to_thread.run_sync(trusted)


@contextmanager
def read_meanwhile() -> Generator[None]:
    """Reads the certificates in a thread of its own, since that needs no Python, and waits."""
    reading = threading.Thread(target=trusted, name="certificates", daemon=True)
    reading.start()
    try:
        yield
    finally:
        reading.join()


@contextmanager
def left_unread() -> Generator[None]:
    """Within it, a context that this thread makes knows no certificate.

    It is still told to check them: who used it by mistake would be refused by every server.
    """
    here = threading.get_ident()
    read = ssl.SSLContext.set_default_verify_paths

    def skip(self: ssl.SSLContext) -> None:
        if threading.get_ident() != here:
            read(self)

    ssl.SSLContext.set_default_verify_paths = skip
    try:
        yield
    finally:
        ssl.SSLContext.set_default_verify_paths = read
