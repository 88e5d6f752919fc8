"""How fast the loopback vendor is by itself: it must not be what is measured."""

from __future__ import annotations

import selectors
import socket
import time
from typing import TYPE_CHECKING, Final

from benchmarks.harness.sampling import median

if TYPE_CHECKING:
    from benchmarks.harness.bench import Bench

_STREAMS: Final = 8
_TOKENS: Final = 5000
_REQUEST: Final = (
    b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%b"
)


def tokens_a_second(bench: Bench) -> float:
    """What a reader gets that only counts bytes."""
    return median([_once(bench.port) for _ in range(bench.repetitions(5))])


def _once(port: int) -> float:
    body = b'{"model": "flood-%d"}' % _TOKENS
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(_STREAMS):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(_REQUEST % (len(body), body))
            selector.register(connection, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select(timeout=10):
                if _ended(key.fileobj):
                    selector.unregister(key.fileobj)
    return _STREAMS * _TOKENS / (time.perf_counter() - began)


def _ended(connection: object) -> bool:
    assert isinstance(connection, socket.socket)
    data = connection.recv(1 << 20)
    ended = not data or data.endswith(b"0\r\n\r\n")
    if ended:
        connection.close()
    return ended
