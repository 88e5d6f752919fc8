"""Listens to the demo: one request, and everything that came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from antiphon.engine.ports import ChatRequest, ChatTurn
from antiphon.engine.ports.deltas import Connected, Finished, ProviderError, Text, UsageReport
from antiphon.providers.demo.provider import DemoProvider

if TYPE_CHECKING:
    from antiphon.engine.ports.deltas import Delta
    from antiphon.model.values.usage import Usage

QUESTION = "What makes a good lighthouse keeper?"


@dataclass
class Heard:
    """What a stream brought, and how it ended."""

    deltas: list[Delta] = field(default_factory=list)
    error: ProviderError | None = None

    @property
    def texts(self) -> list[str]:
        return [delta.text for delta in self.deltas if isinstance(delta, Text)]

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @property
    def connected(self) -> bool:
        return any(isinstance(delta, Connected) for delta in self.deltas)

    @property
    def usage(self) -> Usage | None:
        return next((delta.usage for delta in self.deltas if isinstance(delta, UsageReport)), None)

    @property
    def finished(self) -> Finished | None:
        return next((delta for delta in self.deltas if isinstance(delta, Finished)), None)

    @property
    def kind(self) -> str | None:
        return None if self.error is None else self.error.failure.kind


def request(model: str, *questions: str, **params: Any) -> ChatRequest:
    """A conversation of these questions, each but the last answered, at full speed."""
    turns: list[ChatTurn] = []
    for question in questions or (QUESTION,):
        turns += [ChatTurn("user", question), ChatTurn("assistant", "An answer.")]
    return ChatRequest(model, turns[:-1], {"tokensPerSecond": 0, **params})


async def hear(
    model: str, *questions: str, provider: DemoProvider | None = None, **params: Any
) -> Heard:
    """The whole answer to a conversation."""
    heard = Heard()
    try:
        async for delta in (provider or DemoProvider()).stream(
            request(model, *questions, **params)
        ):
            heard.deltas.append(delta)
    except ProviderError as error:
        heard.error = error
    return heard
