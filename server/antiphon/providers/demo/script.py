"""Parses how one demo answer behaves, from its model and the request's parameters.


    tokensPerSecond   0 for as fast as possible
    tokens            the answer's length
    fault             see `antiphon.providers.demo.faults`
    faultAfter        tokens before the fault
    seed              another text
    maxTokens         where the answer is cut, as with every provider

Both camelCase and snake_case are accepted. Other parameters (temperature, …) change nothing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, NoReturn

from msgspec import Struct

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.demo.faults import fault_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.engine.ports import ChatRequest
    from antiphon.providers.demo.models import DemoModel

_LONGEST: Final = 10_000_000


class Script(Struct, frozen=True):
    """The behaviour of one answer."""

    tokens_per_second: float
    tokens: int | None
    fault: str
    fault_after: int | None
    """`None` for a fault after the whole text of the voice."""
    max_tokens: int | None
    seed: int
    """Derived from the model, all turns and the given seed, the same in every process."""


def parse_script(model: DemoModel, request: ChatRequest, provider: str) -> Script:
    """Parses the script for a request. Raises `ProviderError` for an invalid parameter."""
    read = _Params(request.params, provider)
    fault = read.value("fault", "fault", model.fault)
    if fault not in fault_names():
        read.refuse("fault", f"must be one of {', '.join(fault_names())}")
    own_fault_after = model.fault_after if fault == model.fault else 0
    speed = read.number("tokensPerSecond", "tokens_per_second", model.tokens_per_second)
    return Script(
        tokens_per_second=float(speed or 0),
        tokens=_to_int(read.number("tokens", "tokens", model.tokens)),
        fault=fault,
        fault_after=_to_int(read.number("faultAfter", "fault_after", own_fault_after)),
        max_tokens=_to_int(read.number("maxTokens", "max_tokens", None)),
        seed=_derive_seed(request, read.number("seed", "seed", 0, least=-_LONGEST)),
    )


class _Params(Struct, frozen=True):
    params: Mapping[str, Any]
    provider: str

    def value(self, outside: str, inside: str, default: Any) -> Any:
        for name in (outside, inside):
            if self.params.get(name) is not None:
                return self.params[name]
        return default

    def number(
        self, outside: str, inside: str, default: float | None, *, least: int = 0
    ) -> float | None:
        value = self.value(outside, inside, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(outside, "must be a number")
        if not least <= value <= _LONGEST:
            self.refuse(outside, f"must be a number from {least} to {_LONGEST}")
        return value

    def refuse(self, name: str, text: str) -> NoReturn:
        failure = Failure.of(
            "bad_request", f"The demo's parameter {name} {text}.", provider=self.provider
        )
        raise ProviderError(failure, wait_hint="never")


def _to_int(number: float | None) -> int | None:
    return None if number is None else int(number)


def _derive_seed(request: ChatRequest, seed: float | None) -> int:
    digest = hashlib.sha256(f"{request.model}\0{seed}".encode())
    for turn in request.turns:
        digest.update(f"\0{turn.role}\0".encode())
        digest.update(turn.content.encode("utf-8", "surrogatepass"))
    return int.from_bytes(digest.digest()[:8])
