"""Defines who learns what runs and requests do: what counts or traces them.

An observer waits for nothing and raises nothing. It is called once for a request and once for an
answer, never for a piece of text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.ports.providers import ChatRequest
    from antiphon.model.conversation.message import Message
    from antiphon.model.values.usage import Usage


class SentRequest(Struct, frozen=True):
    """A request that is sent to a provider now."""

    provider: str
    model: str
    """The provider's own name of the model, without keys."""
    number: int
    """1 for the first request for an answer, more for one that is sent again."""
    after: str | None
    """The kind of the failure because of which it is sent again."""
    request: ChatRequest
    clean: Callable[[str], str]
    """Removes keys from a text."""


class EndedRequest(Struct, frozen=True):
    """How a request ended."""

    failure: str | None
    """The kind of the failure, `cancelled` or `budget` if it was stopped, `None` if answered."""
    http_status: int | None
    finish_reason: str | None
    is_accepted: bool
    """Whether the provider began to answer."""
    first_text_s: float | None
    """From the request to its first text."""
    usage: Usage
    answered_by: str | None
    """The model that the provider named, if it was another one."""
    text: str | None
    """The answer of a request that was answered."""


class RequestObserver(Protocol):
    """Observes one request."""

    def ended(self, end: EndedRequest) -> None:
        """Learns how the request ended."""
        ...


class RunObserver(Protocol):
    """Observes one run."""

    def request_sent(self, sent: SentRequest) -> RequestObserver:
        """Returns what observes a request that is being sent."""
        ...

    def answer_ended(self, provider: str, model: str, answer: Message) -> None:
        """Learns how an answer ended, however many requests it took."""
        ...

    def ended(self, status: str) -> None:
        """Learns how the run ended: as its result says, or `interrupted`."""
        ...


class Observer(Protocol):
    """Observes every run of a server."""

    def run_began(self, run_id: str, session_id: str, panes: int) -> RunObserver:
        """Returns what observes a run that begins."""
        ...


class Observers:
    """Any number of observers as one."""

    def __init__(self, observers: Sequence[Observer] = ()) -> None:
        self._observers = observers

    def run_began(self, run_id: str, session_id: str, panes: int) -> RunObserver:
        """Returns the observers of a run as one."""
        return _RunObservers(
            [each.run_began(run_id, session_id, panes) for each in self._observers]
        )


class _RunObservers:
    def __init__(self, observers: Sequence[RunObserver]) -> None:
        self._observers = observers

    def request_sent(self, sent: SentRequest) -> RequestObserver:
        return _RequestObservers([each.request_sent(sent) for each in self._observers])

    def answer_ended(self, provider: str, model: str, answer: Message) -> None:
        for each in self._observers:
            each.answer_ended(provider, model, answer)

    def ended(self, status: str) -> None:
        for each in self._observers:
            each.ended(status)


class _RequestObservers:
    def __init__(self, observers: Sequence[RequestObserver]) -> None:
        self._observers = observers

    def ended(self, end: EndedRequest) -> None:
        for each in self._observers:
            each.ended(end)
