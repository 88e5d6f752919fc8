"""One request in OpenAI's dialect and its answer as a stream of deltas."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from antiphon.engine.ports.deltas import Resent
from antiphon.providers.openai.answer import OpenAIStream
from antiphon.providers.openai.error_response import bytes_of, refusal
from antiphon.providers.openai.request import adapt_to_refusal, build_body, not_sent
from antiphon.providers.openai.response_stream import reading

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Delta
    from antiphon.providers.http.client import Response
    from antiphon.providers.openai.endpoint import OpenAIEndpoint
    from antiphon.providers.openai.quirks import Quirks


async def stream_chat(
    provider: OpenAIEndpoint, request: ChatRequest
) -> AsyncGenerator[Delta, None]:
    """The deltas of the answer to `request`. Raises `ProviderError`."""
    answer = OpenAIStream(
        provider.name,
        provider.key.scrub,
        provider.limits.answer_bytes,
        think_tags=provider.quirks.think_tags,
    )
    while True:
        quirks = provider.quirks
        body, dropped = build_body(request, quirks)
        response = await provider.http().post(
            "/chat/completions", body, provider.headers(), request.connect_timeout_s
        )
        if response.status == 200:
            break
        provider.quirks = await _lesson(response, request, quirks, provider)
        yield Resent()
    notes = not_sent(provider.name, dropped)
    async with aclosing(reading(response, answer, provider, notes)) as deltas:
        async for delta in deltas:
            yield delta


async def _lesson(
    response: Response, request: ChatRequest, quirks: Quirks, provider: OpenAIEndpoint
) -> Quirks:
    """What a refusal teaches of the vendor. Raises `ProviderError` where that is nothing."""
    try:
        said = await bytes_of(response, provider.limits.refusal_s)
    finally:
        response.close()
    better = adapt_to_refusal(quirks, response.status, said, request)
    if better is None:
        raise refusal(response, said, provider)
    return better
