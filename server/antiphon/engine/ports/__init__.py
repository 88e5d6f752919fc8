"""Defines what the engine needs from the outside, as protocols that `antiphon.app` fills.

More than twelve entries: one module for each part of the outside.
"""

from __future__ import annotations

from typing import Protocol

from antiphon.engine.ports.clients import ContextReader, StreamSink
from antiphon.engine.ports.history import AnswerEnd, Attempt, History, Record, RunStart, TextChunk
from antiphon.engine.ports.providers import (
    ChatRequest,
    ChatTurn,
    Host,
    ModelCatalog,
    Price,
    PriceTier,
    Provider,
    ProviderHealth,
    Providers,
    ProviderSource,
)

__all__ = [
    "AnswerEnd",
    "Attempt",
    "ChatRequest",
    "ChatTurn",
    "Clock",
    "ContextReader",
    "History",
    "Host",
    "ModelCatalog",
    "Price",
    "PriceTier",
    "Provider",
    "ProviderHealth",
    "ProviderSource",
    "Providers",
    "Record",
    "RunStart",
    "StreamSink",
    "TextChunk",
]


class Clock(Protocol):
    """A monotonic clock in seconds, which tests replace."""

    def __call__(self) -> float: ...
