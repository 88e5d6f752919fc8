"""Sends one request to Groq and yields its answer as deltas.

Usage comes without a request for it in the last chunk, under `x_groq`, since the API has no
`stream_options`. Models that would write their reasoning into their text are asked to send it
apart.
"""

from __future__ import annotations

import math
import re
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from antiphon.engine.ports.deltas import Resent
from antiphon.providers.http.rate_limit_headers import parse_allowances
from antiphon.providers.openai.answer import OpenAIStream
from antiphon.providers.openai.error_response import read_refusal, refusal
from antiphon.providers.openai.request import (
    adapt_to_refusal,
    build_messages,
    build_params,
    unsent_notes,
)
from antiphon.providers.openai.response_stream import stream_deltas
from antiphon.providers.sdk_request import build_headers, endpoint_path

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Delta, ProviderError
    from antiphon.providers.groq.endpoint import GroqEndpoint
    from antiphon.providers.http.response import Response
    from antiphon.providers.openai.quirks import Quirks

_REASONS_IN_TEXT: Final = re.compile(r"qwen3|qwq|deepseek-r1", re.IGNORECASE)
"""Models that put their reasoning between tags in their text unless asked not to."""
_REASONING_APART: Final = {"reasoning_format": "parsed"}


async def stream_chat(provider: GroqEndpoint, asked: ChatRequest) -> AsyncGenerator[Delta, None]:
    """Yields the deltas of the answer to `asked`. Raises `ProviderError`."""
    answer = OpenAIStream(provider.name, provider.key.scrub, provider.limits.answer_bytes)
    answer.answering.asked = asked.model
    request = asked
    if _REASONS_IN_TEXT.search(asked.model):
        request = replace(asked, params={**_REASONING_APART, **asked.params})
    while True:
        params, dropped = build_params(request, provider.quirks)
        response = await _send(provider, request, params)
        if response.status == 200:
            break
        provider.quirks = await _adapted_quirks(response, request, provider)
        yield Resent()
    notes = unsent_notes(provider.name, [name for name in dropped if name in asked.params])
    async with aclosing(stream_deltas(response, answer, provider, notes)) as deltas:
        async for delta in deltas:
            yield delta


async def _send(provider: GroqEndpoint, request: ChatRequest, params: dict[str, Any]) -> Response:
    written = await provider.sdk().chat(request.model, build_messages(request), params)
    return await provider.http().post(
        endpoint_path(written, provider),
        written.body,
        build_headers(written, provider, "authorization"),
        request.connect_timeout_s,
    )


async def _adapted_quirks(
    response: Response, request: ChatRequest, provider: GroqEndpoint
) -> Quirks:
    """Returns the quirks adapted to a refusal.

    Raises `ProviderError` if nothing can be adapted.
    """
    try:
        body = await read_refusal(response, provider.limits.refusal_s)
    finally:
        response.close()
    adapted = adapt_to_refusal(provider.quirks, response.status, body, request)
    if adapted is None:
        raise _with_wait(refusal(response, body, provider), response)
    return adapted


def _with_wait(error: ProviderError, response: Response) -> ProviderError:
    """Returns `error` with the wait from the rate limits, if the refusal itself names none."""
    failure = error.failure
    if failure.kind != "rate_limited" or failure.retry_after_ms is not None:
        return error
    resets_s = [left.reset_s for left in parse_allowances(response.headers) if not left.remaining]
    if resets_s:
        wait_ms = math.ceil(max(resets_s) * 1000)
        error.failure = failure.model_copy(update={"retry_after_ms": wait_ms})
    return error
