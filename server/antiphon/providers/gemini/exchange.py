"""Sends one request to Gemini and yields its answer as deltas."""

from __future__ import annotations

import re
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from antiphon.engine.ports.deltas import Resent
from antiphon.providers.gemini.answer import GeminiAnswer
from antiphon.providers.gemini.errors import refusal
from antiphon.providers.gemini.request import PENALTIES, GeminiRequest, build_request
from antiphon.providers.openai.error_response import read_refusal
from antiphon.providers.openai.request import unsent_notes
from antiphon.providers.openai.response_stream import stream_deltas
from antiphon.providers.sdk_request import build_headers, endpoint_path

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Delta
    from antiphon.providers.gemini.endpoint import GeminiEndpoint, UnsupportedFeature
    from antiphon.providers.http.response import Response

KEY_HEADER: Final = "x-goog-api-key"

_NO_SYSTEM: Final = re.compile(rb"(?:developer|system) instruction is not", re.IGNORECASE)
_NO_PENALTY: Final = re.compile(rb"penalty is not", re.IGNORECASE)
_NO_THINKING: Final = re.compile(
    rb"think\w*(?: \w+)? (?:is|are) not (?:enabled|supported|available)|not support\w* think"
    rb'|unknown name "(?:thinking|includethoughts)',
    re.IGNORECASE,
)
"""A refusal of thinking itself. One of its amount ("budget 0 is invalid") is for the user."""


async def stream_chat(
    provider: GeminiEndpoint, request: ChatRequest
) -> AsyncGenerator[Delta, None]:
    """Yields the deltas of the answer to `request`. Raises `ProviderError`."""
    answer = GeminiAnswer(
        provider.name, provider.key.scrub, provider.limits.answer_bytes, think_tags=False
    )
    answer.answering.asked = request.model
    while True:
        sent = build_request(request, provider.lacks)
        response = await _send(provider, request, sent)
        if response.status == 200:
            break
        provider.lacks.add((request.model, await _rejected_feature(response, sent, provider)))
        yield Resent()
    notes = unsent_notes(provider.name, sent.dropped) + sent.notes
    async with aclosing(stream_deltas(response, answer, provider, notes)) as deltas:
        async for delta in deltas:
            yield delta


async def _send(provider: GeminiEndpoint, request: ChatRequest, sent: GeminiRequest) -> Response:
    written = await provider.sdk().chat(request.model, sent.contents, sent.config)
    return await provider.http().post(
        endpoint_path(written, provider),
        written.body,
        build_headers(written, provider, KEY_HEADER),
        request.connect_timeout_s,
    )


async def _rejected_feature(
    response: Response, sent: GeminiRequest, provider: GeminiEndpoint
) -> UnsupportedFeature:
    """Returns the feature that a refusal rejects. Raises `ProviderError` if it is none."""
    try:
        body = await read_refusal(response, provider.limits.refusal_s)
    finally:
        response.close()
    feature = _find_rejected_feature(response.status, body, sent)
    if feature is None:
        raise refusal(response, body, provider)
    return feature


def _find_rejected_feature(
    status: int, body: bytes, sent: GeminiRequest
) -> UnsupportedFeature | None:
    """Returns the feature of the request that a refusal rejects, or `None`."""
    if status != 400:
        return None
    if "system_instruction" in sent.config and _NO_SYSTEM.search(body):
        return "system"
    if PENALTIES & sent.config.keys() and _NO_PENALTY.search(body):
        return "penalties"
    if "thinking_config" in sent.config and _NO_THINKING.search(body):
        return "thinking"
    return None
