"""Records what was really on the wire, since litellm changes or hides it.

litellm gives connection errors the status 500, loses headers, follows redirects with key and
prompt, and reports streams that broke as finished. So the one method that all of its HTTP clients
share, `httpx.AsyncClient.send`, is wrapped: it follows no redirect, has no time limit but that on
connecting, notes the status and the provider's own words, and cleans streams of events.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

import httpx

from antiphon.providers.http.proxy import describe_refusal
from antiphon.providers.http.retry_after import retry_after_ms
from antiphon.providers.http.sse import begins_as_stream
from antiphon.providers.litellm.worker import proxies
from antiphon.providers.litellm.worker.sse_normalizer import SseNormalizer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from antiphon.providers.answers.finish_reasons import Word
    from antiphon.providers.litellm.messages import Cause, Patience

_BODY_BYTES: Final = 64 * 1024
_STREAM: Final = "text/event-stream"
_DOCUMENTS: Final = frozenset({"application/json", "text/html", "text/plain"})
_GOODBYE_S: Final = 0.25
"""For the body's end after `[DONE]`, so that the connection can be kept."""


class NotSentError(Exception):
    """No request was sent, and the cause is known."""

    def __init__(self, cause: Cause, words: str) -> None:
        super().__init__(words)
        self.cause: Cause = cause


class HttpProbe:
    """Records one stream's last HTTP exchange.

    `opened` is called for a status 200. `ended` is called with the provider's finish reason, once
    litellm has read everything before it.
    """

    def __init__(
        self, patience: Patience, opened: Callable[[], None], ended: Callable[[Word], None]
    ) -> None:
        self.patience = patience
        self._opened = opened
        self._ended = ended
        self._forget()

    def _forget(self) -> None:
        self.origin = ""
        self.status: int | None = None
        self.content_type = ""
        self.retry_after_ms: int | None = None
        self.location = ""
        self.error: Exception | None = None
        """Why no answer arrived."""
        self.body = b""
        """The beginning of an answer that is not a stream of events."""
        self.events: SseNormalizer | None = None
        """The stream, if the answer is one."""
        self.broken = False
        """The connection broke while the body was read, which some of litellm's readers hide."""
        self.streaming = False
        """litellm expects a stream."""
        self.judged = False
        """Whether the first bytes of the body have shown what it is."""
        self.is_document = False

    def begin(self, request: httpx.Request, *, streaming: bool) -> None:
        """Records that a request is being sent, and forgets the one before."""
        self._forget()
        self.streaming = streaming
        url = request.url
        self.origin = f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"

    def answered(self, response: httpx.Response) -> None:
        """Records the status and the headers of a response."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        self.status = response.status_code
        self.content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        self.retry_after_ms = retry_after_ms(headers)
        self.location = headers.get("location", "")
        if self.status == 200:
            self._opened()
            self.is_document = self.content_type in _DOCUMENTS
            if self.streaming and self.content_type == _STREAM:
                self.events = SseNormalizer()

    def judge(self, head: bytes, *, whole: bool) -> None:
        """Decides by the first bytes of a body what it is, whatever its header says."""
        is_stream = begins_as_stream(head)
        if is_stream is None and not whole:
            return
        self.judged = True
        called_stream = self.content_type == _STREAM
        first = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        if is_stream and not called_stream:
            self.events = SseNormalizer(self.content_type)
        elif called_stream and first in {b"{", b"[", b"<"}:
            self.events = None
            self.is_document = True
        self.is_document = self.is_document and self.events is None

    def settle(self) -> None:
        """Reports the end if the stream has shown one."""
        if self.events is not None and self.events.word is not None and self.events.ending.over:
            self._ended(self.events.word)

    def conclude(self) -> None:
        """Reports the end of a stream that ended in an orderly way."""
        if self.events is not None and self.events.word is not None and self.events.confirmed:
            self._ended(self.events.word)

    @property
    def no_stream(self) -> bool:
        """Whether a document arrived instead of a stream."""
        return self.streaming and self.is_document

    def note(self, piece: bytes) -> None:
        """Keeps the first bytes of a body that is not a stream of events."""
        self.body += piece[: _BODY_BYTES - len(self.body)]


current: Final[ContextVar[HttpProbe | None]] = ContextVar("probe", default=None)
"""The probe of the stream that this task asks for."""


class StreamCutError(Exception):
    """The stream holds an error or is unreadable, so litellm gets no more of it."""


def install() -> None:
    """Wraps `httpx.AsyncClient.send` for the rest of this process."""
    send = httpx.AsyncClient.send

    async def send_with_probe(
        self: httpx.AsyncClient, request: httpx.Request, **options: Any
    ) -> httpx.Response:
        options["follow_redirects"] = False
        probe = current.get()
        if probe is None:
            return await send(self, request, **options)
        limits = {"connect": probe.patience.connect_s, "read": None, "write": None, "pool": None}
        request.extensions = {**request.extensions, "timeout": limits}
        request.headers["Accept-Encoding"] = "identity"
        streaming = bool(options.get("stream"))
        probe.begin(request, streaming=streaming)
        proxy = proxies.find_unusable_proxy(request.url.scheme, request.url.host, request.url.port)
        if proxy is not None:
            probe.error = NotSentError("proxy_refused", describe_refusal(probe.origin, proxy))
            raise probe.error
        try:
            response = await send(self, request, **options)
        except Exception as error:
            probe.error = error
            raise
        probe.answered(response)
        if not streaming:
            probe.note(response.content)
        elif isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _ProbedStream(response.stream, probe)
        return response

    httpx.AsyncClient.send = send_with_probe


class _ProbedStream(httpx.AsyncByteStream):
    """A body that is recorded, or normalized, while it is read."""

    def __init__(self, stream: httpx.AsyncByteStream, probe: HttpProbe) -> None:
        self._stream = stream
        self._probe = probe
        self._until: float | None = None
        self._renewals = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        probe = self._probe
        if probe.status != 200:
            self._limit(probe.patience.refusal_s)
        pieces = self._stream.__aiter__()
        async for piece in self._classified(pieces):
            events = probe.events
            if events is None:
                probe.note(piece)
                yield piece
                continue
            for clean in events.feed(piece):
                yield clean
                self._update_limit(events)
            if events.over:
                raise StreamCutError
            if events.done:
                self._limit(_GOODBYE_S)

    def _update_limit(self, events: SseNormalizer) -> None:
        """Limits the wait for usage once the answer is over. Late text restarts it."""
        ending = events.ending
        if not ending.over or self._renewals != ending.renewals:
            self._renewals = ending.renewals
            self._until = None
        if ending.over:
            self._probe.settle()
            self._limit(ending.wait_s(self._probe.patience.usage_s))

    async def _classified(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yields the pieces, the first ones only when they show what the body is."""
        probe, head = self._probe, b""
        while (piece := await self._next(pieces)) is not None:
            if probe.judged or probe.status != 200:
                yield piece
                continue
            head += piece
            probe.judge(head, whole=len(head) > _BODY_BYTES)
            if probe.judged:
                yield head
        if head and not probe.judged:
            probe.judge(head, whole=True)
            yield head

    def _limit(self, seconds: float) -> None:
        until = asyncio.get_running_loop().time() + seconds
        self._until = until if self._until is None else min(until, self._until)

    async def _next(self, pieces: AsyncIterator[bytes]) -> bytes | None:
        """Returns the next bytes, or `None` at the end or at the time limit."""
        try:
            async with asyncio.timeout_at(self._until):
                return await anext(pieces, None)
        except TimeoutError:
            if self._until is None:
                raise
            return None
        except (httpx.TransportError, OSError):
            self._probe.broken = True
            raise

    async def aclose(self) -> None:
        await self._stream.aclose()
