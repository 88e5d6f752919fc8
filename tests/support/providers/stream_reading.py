"""Reads a provider's stream to its end or its failure, for the tests of every adapter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from antiphon.engine.ports import ChatRequest, ChatTurn, Provider
from antiphon.engine.ports.deltas import (
    Delta,
    Finished,
    Note,
    ProviderError,
    Reasoning,
    Text,
    UsageReport,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from antiphon.model.values.usage import Usage


@dataclass
class Seen:
    """What a stream gave, to its end or its failure."""

    deltas: list[Delta] = field(default_factory=list)
    error: ProviderError | None = None

    def of(self, kind: type[Any]) -> list[Any]:
        """The deltas of one kind."""
        return [delta for delta in self.deltas if isinstance(delta, kind)]

    @property
    def text(self) -> str:
        return "".join(delta.text for delta in self.of(Text))

    @property
    def notes(self) -> list[str]:
        return [delta.note for delta in self.of(Note)]

    @property
    def finished(self) -> Finished | None:
        return next(reversed(self.of(Finished)), None)

    @property
    def is_over(self) -> bool:
        """Whether what goes wrong now takes nothing from the answer, as the engine has it."""
        kinds = [type(delta) for delta in self.deltas]
        if self.finished is None or not (self.text or self.finished.outcome != "complete"):
            return False
        return not {Text, Reasoning} & set(kinds[kinds.index(Finished) :])

    @property
    def usage(self) -> Usage | None:
        return next((delta.usage for delta in reversed(self.of(UsageReport))), None)


def request_for(model: str, prompt: str = "hi", **params: Any) -> ChatRequest:
    """A short request."""
    return ChatRequest(model, [ChatTurn("user", prompt)], params)


async def consume(
    provider: Provider,
    request: ChatRequest,
    on_delta: Callable[[Delta], Awaitable[None]] | None = None,
) -> Seen:
    """Reads an answer to its end or its failure."""
    seen = Seen()
    try:
        async for delta in provider.stream(request):
            seen.deltas.append(delta)
            if on_delta is not None:
                await on_delta(delta)
    except ProviderError as problem:
        seen.error = problem
    return seen
