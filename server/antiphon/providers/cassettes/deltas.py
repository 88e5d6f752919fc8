"""Keeps the answers of providers without HTTP of ours: the demo, and litellm.

Their deltas are kept instead of a vendor's bytes, one JSON value a line.
"""

from __future__ import annotations

import json
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

import msgspec

from antiphon.engine.ports.cassettes import Recording, current_cassette
from antiphon.engine.ports.deltas import (
    AnsweredBy,
    Connected,
    Finished,
    Note,
    ProviderError,
    Reasoning,
    Resent,
    Text,
    UsageReport,
)
from antiphon.model.failure import Failure
from antiphon.model.values.usage import Usage
from antiphon.providers.cassettes.folder import hash_request
from antiphon.providers.cassettes.miss import damaged_recording, replay_miss

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from antiphon.engine.ports import ChatRequest, Provider
    from antiphon.engine.ports.deltas import Delta

_TYPE: Final = "application/x-ndjson"
_TEXTS: Final[dict[str, type[Text | Reasoning | Note]]] = {
    "text": Text,
    "reasoning": Reasoning,
    "note": Note,
}
_KINDS: Final = frozenset({*_TEXTS, "usage", "finished", "connected", "resent", "model", "failure"})


class TapedProvider:
    """A provider whose answers are kept, or come from a cassette."""

    def __init__(self, name: str, provider: Provider) -> None:
        self._name = name
        self._provider = provider

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """Yields the answer's deltas (see `antiphon.engine.ports.Provider`)."""
        cassette = current_cassette.get()
        key = hash_request("STREAM", self._name, msgspec.json.encode(request))
        if cassette is not None and cassette.is_replay:
            recording = await cassette.take(key)
            if recording is None:
                raise replay_miss(self._name)
            for delta in decode_deltas(recording.body, self._name, f"{key}.*.cassette"):
                yield delta
            return
        lines: list[str] = []
        try:
            async with aclosing(self._provider.stream(request)) as deltas:
                async for delta in deltas:
                    lines += encode_delta(delta)
                    yield delta
        except ProviderError as failed:
            lines.append(_encode_failure(failed))
            raise
        finally:
            if cassette is not None:
                body = "".join(f"{line}\n" for line in lines).encode()
                cassette.keep(key, Recording(200, body, {"content-type": _TYPE}))


def encode_delta(delta: Delta) -> list[str]:
    """Returns the line of a delta, or none if it says nothing about the answer."""
    match delta:
        case Text(text):
            value: dict[str, Any] = {"text": text}
        case Reasoning(text):
            value = {"reasoning": text}
        case Note(text):
            value = {"note": text}
        case UsageReport(usage):
            value = {"usage": usage.to_wire()}
        case Finished(reason, outcome):
            value = {"finished": [reason, outcome]}
        case Connected():
            value = {"connected": True}
        case Resent():
            value = {"resent": True}
        case AnsweredBy(model):
            value = {"model": model}
        case _:
            return []
    return [json.dumps(value, sort_keys=True)]


def decode_deltas(body: bytes, provider: str, file_name: str) -> Iterator[Delta]:
    """Yields the deltas of a recording.

    Raises `ProviderError` where it ends with one, and for a line that is damaged.
    """
    for number, line in enumerate(body.splitlines(), 2):
        try:
            delta = _decode_delta(line)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
            raise damaged_recording(provider, f"{file_name}, line {number},") from None
        if delta is not None:
            yield delta


def _decode_delta(line: bytes) -> Delta | None:
    [(kind, value)] = json.loads(line).items()
    match kind, value:
        case ("text" | "reasoning" | "note", str()):
            return _TEXTS[kind](value)
        case ("usage", dict()):
            return UsageReport(Usage.model_validate(value))
        case ("finished", [str() as reason, ("complete" | "truncated" | "filtered") as outcome]):
            return Finished(reason, outcome)
        case ("connected", _):
            return Connected()
        case ("resent", _):
            return Resent()
        case ("model", str()):
            return AnsweredBy(value)
        case ("failure", {"failure": failure, "wait": (None | "tokens" | "never") as wait}):
            raise ProviderError(Failure.model_validate(failure), wait_hint=wait)
        case (str(), _) if kind not in _KINDS:
            return None  # of a later version
        case _:
            raise ValueError(kind)


def _encode_failure(failed: ProviderError) -> str:
    value = {"failure": failed.failure.to_wire(), "wait": failed.wait_hint}
    return json.dumps({"failure": value}, sort_keys=True)
