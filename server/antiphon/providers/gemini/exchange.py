"""One request to Gemini and its answer as a stream of deltas."""

from __future__ import annotations

import re
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from antiphon.engine.ports.deltas import Resent
from antiphon.providers.gemini.answer import GeminiAnswer
from antiphon.providers.gemini.errors import refusal
from antiphon.providers.gemini.request import PENALTIES, GeminiRequest, build_request
from antiphon.providers.openai.error_response import bytes_of
from antiphon.providers.openai.request import not_sent
from antiphon.providers.openai.response_stream import reading
from antiphon.providers.sdk_request import endpoint_of, headers_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Delta
    from antiphon.providers.gemini.endpoint import GeminiEndpoint, UnsupportedFeature
    from antiphon.providers.http.client import Response

KEY_HEADER: Final = "x-goog-api-key"

_NO_SYSTEM: Final = re.compile(rb"(?:developer|system) instruction is not", re.IGNORECASE)
_NO_PENALTY: Final = re.compile(rb"penalty is not", re.IGNORECASE)
_NO_THINKING: Final = re.compile(
    rb"think\w*(?: \w+)? (?:is|are) not (?:enabled|supported|available)|not support\w* think"
    rb'|unknown name "(?:thinking|includethoughts)',
    re.IGNORECASE,
)
"""A refusal of thinking itself; one of how much ("budget 0 is invalid") is the person's to mend."""


async def stream_chat(
    provider: GeminiEndpoint, request: ChatRequest
) -> AsyncGenerator[Delta, None]:
    """The deltas of the answer to `request`. Raises `ProviderError`."""
    answer = GeminiAnswer(
        provider.name, provider.key.scrub, provider.limits.answer_bytes, think_tags=False
    )
    while True:
        sent = build_request(request, provider.lacks)
        response = await _send(provider, request, sent)
        if response.status == 200:
            break
        provider.lacks.add((request.model, await _lesson(response, sent, provider)))
        yield Resent()
    notes = not_sent(provider.name, sent.dropped) + sent.notes
    async with aclosing(reading(response, answer, provider, notes)) as deltas:
        async for delta in deltas:
            yield delta


async def _send(provider: GeminiEndpoint, request: ChatRequest, sent: GeminiRequest) -> Response:
    asked = await provider.sdk().chat(request.model, sent.contents, sent.config)
    return await provider.http().post(
        endpoint_of(asked, provider),
        asked.body,
        headers_of(asked, provider, KEY_HEADER),
        request.connect_timeout_s,
    )


async def _lesson(
    response: Response, sent: GeminiRequest, provider: GeminiEndpoint
) -> UnsupportedFeature:
    """What a refusal says that the model lacks. Raises `ProviderError` where that is nothing."""
    try:
        said = await bytes_of(response, provider.limits.refusal_s)
    finally:
        response.close()
    lack = _lack(response.status, said, sent)
    if lack is None:
        raise refusal(response, said, provider)
    return lack


def _lack(status: int, said: bytes, sent: GeminiRequest) -> UnsupportedFeature | None:
    """What a refusal says that the model does not have, of what it was sent."""
    if status != 400:
        return None
    if "system_instruction" in sent.config and _NO_SYSTEM.search(said):
        return "system"
    if PENALTIES & sent.config.keys() and _NO_PENALTY.search(said):
        return "penalties"
    if "thinking_config" in sent.config and _NO_THINKING.search(said):
        return "thinking"
    return None
