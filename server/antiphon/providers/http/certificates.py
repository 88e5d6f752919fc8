"""Reads the trusted certificates of this machine once, and only if TLS needs them.


aiohttp reads them twice while it is imported, for two contexts of its own. That is nearly half of
the time of its import, and also delays the first answer of a server without TLS. So it is imported
without them, and connections use the context that is made here.
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
    """Returns the context for every connection.

    The first call reads files and takes tens of milliseconds.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(_PROTOCOLS)
    return context


async def read_trusted() -> ssl.SSLContext:
    """Returns the context of `trusted`, with the files read in a thread."""
    return await anyio.to_thread.run_sync(trusted)


@contextmanager
def read_meanwhile() -> Generator[None]:
    """Reads the certificates in a thread during the block, and waits for it.

    Reading them needs no Python, so the block runs meanwhile.
    """
    reading = threading.Thread(target=trusted, name="certificates", daemon=True)
    reading.start()
    try:
        yield
    finally:
        reading.join()


@contextmanager
def without_certificates() -> Generator[None]:
    """Makes contexts that this thread creates in the block load no certificates.

    They still verify: a request that used one by mistake would fail at every server.
    """
    here = threading.get_ident()
    load = ssl.SSLContext.set_default_verify_paths

    def skip(self: ssl.SSLContext) -> None:
        if threading.get_ident() != here:
            load(self)

    ssl.SSLContext.set_default_verify_paths = skip
    try:
        yield
    finally:
        ssl.SSLContext.set_default_verify_paths = load
