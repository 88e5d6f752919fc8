"""The body of a chat request, in the vendor's own spelling."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from antiphon.engine.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.openai.quirks import STANDARD_PARAMS, Quirks

if TYPE_CHECKING:
    from antiphon.engine.ports import ChatRequest


def body_of(request: ChatRequest, quirks: Quirks) -> tuple[bytes, list[str]]:
    """The JSON body of `request`, and the names of the parameters that were left out of it.

    Raises `ProviderError` of kind `bad_request` where something in it cannot be written as JSON.
    """
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [{"role": turn.role, "content": turn.content} for turn in request.turns],
        "stream": True,
    }
    if quirks.stream_options:
        body["stream_options"] = {"include_usage": True}
    dropped: list[str] = []
    for name, value in request.params.items():
        if value is None:
            continue
        if name in STANDARD_PARAMS or name in quirks.extras:
            body[quirks.renames.get(name, name)] = value
        else:
            dropped.append(name)
    try:
        return msgspec.json.encode(body), dropped
    except (UnicodeEncodeError, TypeError, RecursionError) as problem:
        what = "text that is not valid Unicode" if isinstance(problem, ValueError) else "odd values"
    failure = Failure.of("bad_request", f"The request holds {what}, which cannot be sent.")
    raise ProviderError(failure, wait_hint="never")


def learned(quirks: Quirks, status: int, body: bytes) -> Quirks | None:
    """The row without what a refusal names as unknown to the server, or `None`: nothing learned."""
    if status in {400, 422} and quirks.stream_options and b"stream_options" in body:
        return replace(quirks, stream_options=False)
    return None
