"""Names the environment by which the requests of the present task are sent."""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

_environ: Final[ContextVar[Mapping[str, str] | None]] = ContextVar("_environ", default=None)


@contextmanager
def client_environ(environ: Mapping[str, str]) -> Generator[None]:
    """Makes `environ` that of the block and of all tasks that it starts."""
    token = _environ.set(environ)
    try:
        yield
    finally:
        _environ.reset(token)


def current_environ() -> Mapping[str, str]:
    """Returns the environment of the task's client, by default that of this process."""
    environ = _environ.get()
    return os.environ if environ is None else environ
