"""A bare pygls server with one command of each kind that pygls has.

Each command tells when it starts and how it ends, and waits between: two for the notification
`test/release`, the plain function for a byte on the descriptor that the program is given, because
no notification is heard while it runs.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading

from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "1")
tell = server.protocol.notify
released, released_in_loop = threading.Event(), asyncio.Event()


@server.command("test.coroutine")
async def _coroutine() -> str:
    tell("test/started")
    try:
        await released_in_loop.wait()
    except asyncio.CancelledError:
        tell("test/stopped")
        raise
    tell("test/finished")
    return "result"


@server.command("test.thread")
@server.thread()
def _thread() -> str:
    tell("test/started")
    released.wait()
    tell("test/finished")
    return "result"


@server.command("test.function")
def _function() -> str:
    tell("test/started")
    os.read(int(sys.argv[1]), 1)
    tell("test/finished")
    return "result"


@server.feature("test/release")
def _release(*_: object) -> None:
    released.set()
    released_in_loop.set()


server.start_io()
