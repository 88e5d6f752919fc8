"""Sends one request in OpenAI's dialect and yields its answer as deltas."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from antiphon.engine.ports.deltas import Resent
from antiphon.providers.openai.answer import OpenAIStream
from antiphon.providers.openai.error_response import read_refusal, refusal
from antiphon.providers.openai.request import adapt_to_refusal, build_body, unsent_notes
from antiphon.providers.openai.response_stream import stream_deltas

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Delta
    from antiphon.providers.http.response import Response
    from antiphon.providers.openai.endpoint import OpenAIEndpoint
    from antiphon.providers.openai.quirks import Quirks


async def stream_chat(
    provider: OpenAIEndpoint, request: ChatRequest
) -> AsyncGenerator[Delta, None]:
    """Yields the deltas of the answer to `request`. Raises `ProviderError`."""
    answer = OpenAIStream(
        provider.name,
        provider.key.scrub,
        provider.limits.answer_bytes,
        think_tags=provider.quirks.think_tags,
    )
    answer.answering.asked = request.model
    while True:
        quirks = provider.quirks
        body, dropped = build_body(request, quirks)
        response = await provider.http().post(
            "/chat/completions", body, provider.headers(), request.connect_timeout_s
        )
        if response.status == 200:
            break
        provider.quirks = await _adapted_quirks(response, request, quirks, provider)
        yield Resent()
    notes = unsent_notes(provider.name, dropped)
    async with aclosing(stream_deltas(response, answer, provider, notes)) as deltas:
        async for delta in deltas:
            yield delta


async def _adapted_quirks(
    response: Response, request: ChatRequest, quirks: Quirks, provider: OpenAIEndpoint
) -> Quirks:
    """Returns the quirks adapted to a refusal. Raises `ProviderError` if nothing can be adapted."""
    try:
        body = await read_refusal(response, provider.limits.refusal_s)
    finally:
        response.close()
    adapted = adapt_to_refusal(quirks, response.status, body, request)
    if adapted is None:
        raise refusal(response, body, provider)
    return adapted
