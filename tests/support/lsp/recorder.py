"""A connection that remembers what was sent through it, and events as a run sends them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from antiphon.model.conversation.events import (
    ErrorEvent,
    FinalEvent,
    MeterEvent,
    Position,
    StartEvent,
    TokenEvent,
)
from antiphon.model.conversation.session import Pane
from antiphon.model.failure import Failure
from antiphon.model.values.usage import Cost, Latency, Usage

if TYPE_CHECKING:
    from collections.abc import Callable

STREAMS = {"workspace": {"textDocumentContent": {}}}
"""The capabilities of a client that pulls virtual documents."""


class Hand:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Recorder:
    """What handlers see of a connection; `answer` is what the client says to a request."""

    def __init__(self, capabilities: dict[str, Any] | None = None) -> None:
        self.capabilities = capabilities or {}
        self.initialize_params = {"capabilities": self.capabilities}
        self.sent: list[tuple[str, Any]] = []
        self.answer: Callable[[str, Any], Any] = lambda _method, _params: None
        self.rooms = 0

    def notify(self, method: str, params: Any) -> None:
        self.sent.append((method, params))

    def post(self, method: str, params: Any) -> None:
        self.sent.append((method, params))

    async def request(self, method: str, params: Any) -> Any:
        self.sent.append((method, params))
        answer = self.answer(method, params)
        return await answer if asyncio.iscoroutine(answer) else answer

    async def room(self) -> None:
        self.rooms += 1

    def client_capability(self, *path: str) -> Any:
        value: Any = self.capabilities
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def methods(self) -> list[str]:
        return [method for method, _ in self.sent]

    def values(self, token: int | str) -> list[dict[str, Any]]:
        """The progress values that went out under `token`."""
        return [
            params["value"]
            for method, params in self.sent
            if method == "$/progress" and params["token"] == token
        ]


def whose(pane_id: str, seq: int) -> dict[str, Any]:
    return {"pane_id": pane_id, "message_id": f"M{pane_id}", "seq": seq}


def figures(tokens: int = 0, dollars: str | None = None) -> dict[str, Any]:
    cost = Cost(amount=dollars, source="priced") if dollars is not None else Cost()
    return {"usage": Usage(output_tokens=tokens), "cost": cost, "latency": Latency()}


def start(
    pane_id: str, seq: int = 1, cut_from: Position | None = None, cost: Cost | None = None
) -> StartEvent:
    pane = Pane(
        id=pane_id,
        session_id="S",
        model="p/m",
        title="m",
        uri=f"antiphon:/pane/S/{pane_id}/m",
        created_at="now",
    )
    return StartEvent(
        **whose(pane_id, seq),
        model="p/m",
        append="## m\n\n",
        run_id="R",
        pane=pane,
        cost=cost,
        cut_from=cut_from,
    )


def token(pane_id: str, text: str = "Hi", seq: int = 2) -> TokenEvent:
    return TokenEvent(**whose(pane_id, seq), text=text)


def meter(pane_id: str, tokens: int, dollars: str | None = None, seq: int = 3) -> MeterEvent:
    return MeterEvent(**whose(pane_id, seq), **figures(tokens, dollars))


def final(pane_id: str, tokens: int = 0, dollars: str | None = None, seq: int = 4) -> FinalEvent:
    return FinalEvent(
        **whose(pane_id, seq),
        status="complete",
        finish_reason="stop",
        content="Hi",
        **figures(tokens, dollars),
    )


def failed(pane_id: str, seq: int = 2) -> ErrorEvent:
    return ErrorEvent(**whose(pane_id, seq), failure=Failure.of("network"))
