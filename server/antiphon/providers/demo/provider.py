"""The demo provider: scripted, seeded, offline; a real provider in all but the thinking.

Newcomers, tests and benchmarks use it. It says of itself that it is no language model, in its first
answer and on its models' cards.
"""

from __future__ import annotations

import re
import time
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import anyio

from antiphon.engine.ports.deltas import (
    Connected,
    Finished,
    ProviderError,
    Reasoning,
    Text,
    UsageReport,
)
from antiphon.model.closest_names import closest_models
from antiphon.model.failure import Failure
from antiphon.model.values.usage import Usage
from antiphon.providers.demo import faults
from antiphon.providers.demo.models import DEMO_MODELS
from antiphon.providers.demo.pace import Pace
from antiphon.providers.demo.script import Script, script_of
from antiphon.providers.demo.voices import encore, perform, scene_of

if TYPE_CHECKING:
    from collections.abc import (
        AsyncGenerator,
        Awaitable,
        Callable,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )

    from antiphon.engine.ports import ChatRequest, Clock
    from antiphon.engine.ports.deltas import Delta
    from antiphon.model.provider_config import Secret
    from antiphon.providers.adapter import ListedModel
    from antiphon.providers.demo.models import DemoModel

_TOKEN: Final = re.compile(
    r"\s*(?:[A-Za-z0-9]{1,12}|[^\sA-Za-z0-9][\u0300-\u036f\ufe0f\u200d]*)|\s+"
)
_REMEMBERED: Final = 256


def prepare() -> None:
    """Does nothing: importing this module has brought all that a stream needs."""


class DemoProvider:
    """Answers without a model. `clock` and `sleep` are for tests that have no time to wait."""

    def __init__(
        self,
        name: str = "demo",
        base_url: str | None = None,
        key: Secret | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        del base_url, key, headers  # nothing is sent anywhere
        self._name = name
        self._clock = clock
        self._sleep = sleep
        self._refused_once: dict[int, None] = {}

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer as it comes; see `antiphon.engine.ports.Provider`."""
        model = self._model(request.model)
        script = script_of(model, request, self._name)
        fault = self._fault(script)
        error = faults.refusal(fault, self._name)
        if fault == faults.STALL_HEADERS:
            await anyio.sleep_forever()
        if error is not None and script.fault_after == 0:
            raise error
        yield Connected()
        answer = _Answer(model, script, request, breaks=error is not None or fault == "stall")
        thoughts = _Thoughts(model.thoughts)
        pace = Pace(script.tokens_per_second, self._clock, self._sleep)
        while not thoughts.is_over:
            yield Reasoning(thoughts.take(await pace.due(thoughts.sent)))
        pace = Pace(script.tokens_per_second, self._clock, self._sleep)
        while not answer.is_over:
            yield Text(answer.take(await pace.due(answer.sent)))
        if fault == faults.STALL:
            await anyio.sleep_forever()
        if error is not None:
            raise error
        if fault == faults.NO_FINISH:
            return
        yield UsageReport(_usage(request, answer.sent, thoughts.sent))
        yield Finished("length", "truncated") if answer.is_cut else Finished("stop", "complete")

    async def models(self, *, timeout_s: float) -> Sequence[ListedModel]:
        """Nothing that is not on the cards already."""
        return ()

    async def aclose(self) -> None:
        """There is nothing to close."""

    def _model(self, name: str) -> DemoModel:
        model = DEMO_MODELS.get(name)
        if model is None:
            near = ", ".join(f"{self._name}/{each}" for each in closest_models(name, DEMO_MODELS))
            failure = Failure.of(
                "model_not_found",
                f"The demo has no model called {name}.",
                hint=f"Try {near}.",
                provider=self._name,
                http_status=404,
            )
            raise ProviderError(failure, wait_hint="never")
        return model

    def _fault(self, script: Script) -> str:
        """The fault that this request meets: one that comes only once may have come already."""
        if script.fault != faults.ONCE:
            return script.fault
        if script.seed in self._refused_once:
            del self._refused_once[script.seed]
            return faults.NONE
        self._refused_once[script.seed] = None
        if len(self._refused_once) > _REMEMBERED:
            del self._refused_once[next(iter(self._refused_once))]
        return script.fault


class _Thoughts:
    """The tokens of what is thought before an answer."""

    def __init__(self, text: str) -> None:
        self._tokens = list(tokens_of([text]))
        self.sent = 0

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to send."""
        return self.sent == len(self._tokens)

    def take(self, count: int) -> str:
        """The next tokens as one text: `count` of them, or as many as there are."""
        taken = self._tokens[self.sent : self.sent + count]
        self.sent += len(taken)
        return "".join(taken)


class _Answer:
    """The tokens of one answer, up to its end, to the limit, or to the fault that `breaks` it."""

    def __init__(
        self, model: DemoModel, script: Script, request: ChatRequest, *, breaks: bool
    ) -> None:
        scene = scene_of(request, script.seed)
        pieces: Iterable[str] = perform(model.voice, scene)
        length = script.tokens
        if breaks:
            length = script.fault_after
        if length is not None:
            pieces = chain(pieces, encore(model.voice, scene))
        self._tokens = islice(tokens_of(pieces), length)
        self._limit = None if breaks else script.max_tokens
        self._next = next(self._tokens, None)
        self.sent = 0

    @property
    def is_cut(self) -> bool:
        """Whether the limit ended it before its own end."""
        return self._next is not None and self.sent == self._limit

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to send."""
        return self._next is None or self.is_cut

    def take(self, count: int) -> str:
        """The next tokens as one text: `count` of them, or as many as there are."""
        taken: list[str] = []
        while count > len(taken) and not self.is_over:
            taken.append(self._next or "")
            self.sent += 1
            self._next = next(self._tokens, None)
        return "".join(taken)


def tokens_of(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces' text in word-ish tokens; joined they are the text again.

    A picture of several code points may be cut in two, as real providers cut it.
    """
    for piece in pieces:
        for match in _TOKEN.finditer(piece):
            yield match.group()


def _usage(request: ChatRequest, sent: int, thought: int) -> Usage:
    words = sum(len(turn.content.split()) for turn in request.turns)
    return Usage(
        input_tokens=words, output_tokens=sent, reasoning_tokens=thought, source="provider"
    )
