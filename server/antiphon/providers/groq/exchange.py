"""One request to Groq and its answer as a stream of deltas.

Usage comes unasked in the last chunk, under `x_groq`; the API has no `stream_options`. The thinking
of the models that would write it into their text is asked for apart.
"""

from __future__ import annotations

import math
import re
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.ports.deltas import Resent
from antiphon.providers.http.rate_limit_headers import allowances
from antiphon.providers.openai.answer import OpenAIStream
from antiphon.providers.openai.error_response import bytes_of, refusal
from antiphon.providers.openai.request import adapt_to_refusal, messages_of, not_sent, params_of
from antiphon.providers.openai.response_stream import reading
from antiphon.providers.sdk_request import endpoint_of, headers_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Delta, ProviderError
    from antiphon.providers.groq.endpoint import GroqEndpoint
    from antiphon.providers.http.client import Response
    from antiphon.providers.openai.quirks import Quirks

_THINKS_ALOUD: Final = re.compile(r"qwen3|qwq|deepseek-r1", re.IGNORECASE)
"""Models that put their thinking between tags in their text unless they are asked not to."""
_APART: Final = {"reasoning_format": "parsed"}


async def stream_chat(provider: GroqEndpoint, asked: ChatRequest) -> AsyncGenerator[Delta, None]:
    """The deltas of the answer to what is `asked`. Raises `ProviderError`."""
    answer = OpenAIStream(provider.name, provider.key.scrub, provider.limits.answer_bytes)
    request = asked
    if _THINKS_ALOUD.search(asked.model):
        request = replace(asked, params={**_APART, **asked.params})
    while True:
        params, dropped = params_of(request, provider.quirks)
        response = await _send(provider, request, params)
        if response.status == 200:
            break
        provider.quirks = await _lesson(response, request, provider)
        yield Resent()
    notes = not_sent(provider.name, [name for name in dropped if name in asked.params])
    async with aclosing(reading(response, answer, provider, notes)) as deltas:
        async for delta in deltas:
            yield delta


async def _send(provider: GroqEndpoint, request: ChatRequest, params: dict[str, Any]) -> Response:
    written = await provider.sdk().chat(request.model, messages_of(request), params)
    return await provider.http().post(
        endpoint_of(written, provider),
        written.body,
        headers_of(written, provider, "authorization"),
        request.connect_timeout_s,
    )


async def _lesson(response: Response, request: ChatRequest, provider: GroqEndpoint) -> Quirks:
    """What a refusal teaches of a model. Raises `ProviderError` where that is nothing."""
    try:
        said = await bytes_of(response, provider.limits.refusal_s)
    finally:
        response.close()
    better = adapt_to_refusal(provider.quirks, response.status, said, request)
    if better is None:
        raise _patient(refusal(response, said, provider), response)
    return better


def _patient(problem: ProviderError, response: Response) -> ProviderError:
    """`problem` with the wait that the limits tell where the refusal itself told none."""
    failure = problem.failure
    if failure.kind != "rate_limited" or failure.retry_after_ms is not None:
        return problem
    resets_s = [left.reset_s for left in allowances(response.headers) if not left.remaining]
    if resets_s:
        wait_ms = math.ceil(max(resets_s) * 1000)
        problem.failure = failure.model_copy(update={"retry_after_ms": wait_ms})
    return problem
