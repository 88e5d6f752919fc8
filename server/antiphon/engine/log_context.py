"""Attaches the ids of request, session, run and pane to log lines.

The ids travel with the task (`contextvars`), so nothing has to be passed down. Code that begins a
request, a run or a pane enters `log_context`, and everything that is logged inside has its ids.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

_ids: Final[ContextVar[Mapping[str, str]]] = ContextVar("_ids", default=MappingProxyType({}))


@contextmanager
def log_context(**ids: str) -> Generator[None]:
    """Adds `ids` to log lines inside the block, also of tasks that it starts."""
    token = _ids.set({**_ids.get(), **ids})
    try:
        yield
    finally:
        _ids.reset(token)


def current_log_context() -> Mapping[str, str]:
    """Returns the ids of the current context, the outermost first."""
    return _ids.get()
