"""Converts an answer's bytes to deltas, in any dialect that streams events.

Once a finish reason has ended an answer, the wait for usage is limited, and each text that arrives
all the same restarts that limit. Until then the connection is read without a time limit, since
limits are the engine's. Leaving the stream early closes its connection at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from antiphon.engine.ports.deltas import Connected, Delta, Note
from antiphon.model.failure import Failure
from antiphon.providers.http.connection_errors import stream_failure
from antiphon.providers.http.rate_limit_headers import parse_allowances
from antiphon.providers.http.response import BROKEN
from antiphon.providers.http.sse import SseDecoder, misnamed_note
from antiphon.providers.openai.first_bytes import is_called_stream, read_document

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from antiphon.providers.http.endpoint import Endpoint
    from antiphon.providers.http.response import Response
    from antiphon.providers.openai.answer import OpenAIStream


async def stream_deltas(
    response: Response, answer: OpenAIStream, provider: Endpoint, notes: Sequence[str]
) -> AsyncGenerator[Delta, None]:
    """Yields the deltas of `response`, whose status is 200, and closes it.

    `notes` are about the request, for the user. Raises `ProviderError`.
    """
    try:
        called_stream = is_called_stream(response)
        whole = None if called_stream else await read_document(response, answer.CONTENT, provider)
        called_otherwise = whole is None and not called_stream
        for delta in _opening_deltas(response, provider, notes, called_otherwise=called_otherwise):
            yield delta
        if called_stream:
            whole = await read_document(response, answer.CONTENT, provider)
        if whole is not None:
            yield Note(f"{provider.name} answered all at once instead of streaming")
            for delta in answer.feed([(b"", whole)]):
                yield delta
        else:
            decoder = SseDecoder(provider.limits.line_bytes)
            reads = _Reading(response, answer, provider)
            while piece := await reads.next():
                for delta in answer.feed(decoder.feed(piece)):
                    yield delta
                if decoder.overflow:
                    answer.cut(_line_too_long(provider))
        for delta in answer.end():
            yield delta
    finally:
        response.close()
    if answer.error is not None:
        raise answer.error


def _opening_deltas(
    response: Response, provider: Endpoint, notes: Sequence[str], *, called_otherwise: bool
) -> list[Delta]:
    """Returns the deltas that are known from the headers."""
    if called_otherwise:
        notes = [*notes, misnamed_note(provider.key.scrub(response.content_type))]
    return [Connected(), *parse_allowances(response.headers), *map(Note, notes)]


class _Reading:
    """Reads from the network for as long as the answer needs it."""

    def __init__(self, response: Response, answer: OpenAIStream, provider: Endpoint) -> None:
        self._response = response
        self._answer = answer
        self._provider = provider
        self._usage_by: float | None = None
        self._renewals = 0
        self._end_by: float | None = None

    async def next(self) -> bytes:
        """Returns the next bytes, or nothing at the end or if no more are needed."""
        answer = self._answer
        if answer.error is not None or answer.full:
            return b""
        try:
            if not (answer.ending.over or answer.done):
                return await self._response.read()
            with anyio.move_on_after(self._wait_s()):
                return await self._response.read()
        except BROKEN as broken:
            answer.cut(
                stream_failure(broken, self._provider.name, after_content=answer.has_content)
            )
        return b""

    def _wait_s(self) -> float:
        now, ending = anyio.current_time(), self._answer.ending
        if self._usage_by is None or self._renewals != ending.renewals:
            self._renewals = ending.renewals
            self._usage_by = now + ending.wait_s(self._provider.limits.usage_s)
        if self._answer.done and self._end_by is None:
            self._end_by = now + self._provider.limits.goodbye_s
        return (self._usage_by if self._end_by is None else self._end_by) - now


def _line_too_long(provider: Endpoint) -> Failure:
    mib = provider.limits.line_bytes / (1024 * 1024)
    return Failure.of(
        "malformed_stream", f"A line of the stream passed {mib:g} MiB.", provider=provider.name
    )
