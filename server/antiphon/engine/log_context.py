"""What a log line is about: the ids of the request, session, run and pane that it was written for.

They travel with the task (`contextvars`), so nothing has to be handed down: whoever begins a
request, a run or a pane says so, and everything that is logged below is marked with it.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

_tags: Final[ContextVar[Mapping[str, str]]] = ContextVar("_tags", default=MappingProxyType({}))


@contextmanager
def log_context(**ids: str) -> Generator[None]:
    """Marks what is logged meanwhile, by this task and those that it starts."""
    token = _tags.set({**_tags.get(), **ids})
    try:
        yield
    finally:
        _tags.reset(token)


def current_log_context() -> Mapping[str, str]:
    """The ids that stand now, the outermost first."""
    return _tags.get()
