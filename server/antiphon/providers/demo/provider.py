"""Implements the demo provider: scripted, seeded and offline.

New users, tests and benchmarks use it. It behaves as a real provider, but its first answer and its
models' cards say that it is not a language model.
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
from antiphon.providers.demo.script import Script, parse_script
from antiphon.providers.demo.voices import build_scene, encore, perform

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
    """Does nothing, since importing this module imports all that a stream needs."""


class DemoProvider:
    """Answers without a model. Tests replace `clock` and `sleep` so as not to wait."""

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
        self._limited_once: dict[int, None] = {}

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """Yields the answer's deltas as they arrive (see `antiphon.engine.ports.Provider`)."""
        model = self._find_model(request.model)
        script = parse_script(model, request, self._name)
        fault = self._pick_fault(script)
        error = faults.refusal(fault, self._name)
        if fault == faults.STALL_HEADERS:
            await anyio.sleep_forever()
        if error is not None and script.fault_after == 0:
            raise error
        yield Connected()
        answer = _Answer(model, script, request, breaks=error is not None or fault == "stall")
        reasoning = _Reasoning(model.thoughts)
        pace = Pace(script.tokens_per_second, self._clock, self._sleep)
        while not reasoning.is_over:
            yield Reasoning(reasoning.pop(await pace.due(reasoning.sent)))
        pace = Pace(script.tokens_per_second, self._clock, self._sleep)
        while not answer.is_over:
            yield Text(answer.pop(await pace.due(answer.sent)))
        if fault == faults.STALL:
            await anyio.sleep_forever()
        if error is not None:
            raise error
        if fault == faults.NO_FINISH:
            return
        yield UsageReport(_estimate_usage(request, answer.sent, reasoning.sent))
        yield Finished("length", "truncated") if answer.is_cut else Finished("stop", "complete")

    async def models(self, *, timeout_s: float) -> Sequence[ListedModel]:
        """Returns an empty list: the cards already have all models."""
        return ()

    async def aclose(self) -> None:
        """Does nothing, since it has no connections."""

    def _find_model(self, name: str) -> DemoModel:
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

    def _pick_fault(self, script: Script) -> str:
        """Returns the fault of this request, unless it occurs only once and has occurred."""
        if script.fault != faults.ONCE:
            return script.fault
        if script.seed in self._limited_once:
            del self._limited_once[script.seed]
            return faults.NONE
        self._limited_once[script.seed] = None
        if len(self._limited_once) > _REMEMBERED:
            del self._limited_once[next(iter(self._limited_once))]
        return script.fault


class _Reasoning:
    """The tokens of the reasoning before an answer."""

    def __init__(self, text: str) -> None:
        self._tokens = list(split_tokens([text]))
        self.sent = 0

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to send."""
        return self.sent == len(self._tokens)

    def pop(self, count: int) -> str:
        """Returns the next tokens as one text: `count` of them, or all that are left."""
        tokens = self._tokens[self.sent : self.sent + count]
        self.sent += len(tokens)
        return "".join(tokens)


class _Answer:
    """The tokens of one answer, up to its end, its limit or its fault."""

    def __init__(
        self, model: DemoModel, script: Script, request: ChatRequest, *, breaks: bool
    ) -> None:
        scene = build_scene(request, script.seed)
        pieces: Iterable[str] = perform(model.voice, scene)
        length = script.tokens
        if breaks:
            length = script.fault_after
        if length is not None:
            pieces = chain(pieces, encore(model.voice, scene))
        self._tokens = islice(split_tokens(pieces), length)
        self._limit = None if breaks else script.max_tokens
        self._next = next(self._tokens, None)
        self.sent = 0

    @property
    def is_cut(self) -> bool:
        """Whether the limit cut the answer before its own end."""
        return self._next is not None and self.sent == self._limit

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to send."""
        return self._next is None or self.is_cut

    def pop(self, count: int) -> str:
        """Returns the next tokens as one text: `count` of them, or all that are left."""
        tokens: list[str] = []
        while count > len(tokens) and not self.is_over:
            tokens.append(self._next or "")
            self.sent += 1
            self._next = next(self._tokens, None)
        return "".join(tokens)


def split_tokens(pieces: Iterable[str]) -> Iterator[str]:
    """Splits text into tokens of about a word, which joined are the text.

    A picture of several code points may be cut in two, as real providers do.
    """
    for piece in pieces:
        for match in _TOKEN.finditer(piece):
            yield match.group()


def _estimate_usage(request: ChatRequest, sent: int, reasoning: int) -> Usage:
    words = sum(len(turn.content.split()) for turn in request.turns)
    return Usage(
        input_tokens=words, output_tokens=sent, reasoning_tokens=reasoning, source="provider"
    )
