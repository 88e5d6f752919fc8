"""Implements a provider that is asked through litellm, in the worker.

Importing this module must import neither litellm nor an HTTP client: it is loaded at start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from antiphon.engine.ports.deltas import (
    ANSWER_LIMIT,
    ASKED_FOR_TOOL,
    Connected,
    Delta,
    Finished,
    Note,
    ProviderError,
    Reasoning,
    Resent,
    Text,
    UsageReport,
)
from antiphon.model.failure import Failure
from antiphon.providers.answers.ending import LATE_TEXT
from antiphon.providers.answers.finish_reasons import classify_end
from antiphon.providers.answers.longest_answer import AnswerSizeLimit
from antiphon.providers.http.api_key import ApiKey
from antiphon.providers.http.base_url import check_headers, parse_base_url
from antiphon.providers.litellm.failures import to_provider_error
from antiphon.providers.litellm.messages import (
    AnswerText,
    Ask,
    Closed,
    Ended,
    Failed,
    Opened,
    Patience,
    RequestResent,
    StreamNote,
    UsageCounted,
)
from antiphon.providers.litellm.supervisor import current_supervisor
from antiphon.providers.litellm.vendors import chat_vendors, check_installed, litellm_model
from antiphon.providers.openai.chunks import Chunk, parse_usage
from antiphon.providers.openai.errors import end_error

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

    from antiphon.engine.ports import ChatRequest
    from antiphon.model.provider_config import Secret
    from antiphon.providers.answers.finish_reasons import End
    from antiphon.providers.litellm.messages import OfStream
    from antiphon.providers.litellm.supervisor import WorkerSupervisor
    from antiphon.providers.openai.models import ListedModel

MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024


def prepare() -> None:
    """Reads what a stream needs from disk.

    Safe to run in a thread. Starts no worker.
    """
    chat_vendors()


class LiteLlm:
    """Streams the answers of one configured provider through litellm.

    Raises `ProviderError` if litellm is not installed, and for a `base_url` or `headers` that
    cannot be used. Without a `base_url` litellm uses its own address of the vendor.
    """

    def __init__(
        self,
        name: str,
        base_url: str | None = None,
        api_key: Callable[[], str | None] | Secret | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        patience: Patience | None = None,
    ) -> None:
        check_installed(name)
        self.name = name
        self._base_url = base_url
        if base_url is not None:
            parse_base_url(base_url, name)
        self._headers = check_headers(headers or {}, name)
        self._key = ApiKey(api_key, self._headers.values())
        self._patience = patience or Patience()
        self._supervisors: set[WorkerSupervisor] = set()

    def __repr__(self) -> str:
        return f"LiteLlm({self.name!r})"

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """Yields the answer's deltas as they arrive (see `antiphon.engine.ports.Provider`)."""
        model = litellm_model(self.name, request.model)
        key = self._key.read(self.name)
        supervisor = current_supervisor()
        self._supervisors.add(supervisor)
        worker = await supervisor.worker(self, self._key.scrub, self.name)
        ask = Ask(
            stream=supervisor.number(),
            model=model,
            turns=[(turn.role, turn.content) for turn in request.turns],
            params=dict(request.params),
            patience=structs.replace(self._patience, connect_s=request.connect_timeout_s),
            key=key,
            base_url=self._base_url,
            headers=dict(self._headers),
        )
        answer = _Answer(self.name, model.partition("/")[0], self._key.scrub)
        try:
            with worker.stream(ask) as inbox:
                while not answer.over:
                    for delta in answer.take(await inbox.next()):
                        yield delta
        except (UnicodeEncodeError, TypeError, RecursionError) as problem:
            raise _cannot_be_sent(problem, self.name) from None

    async def models(self, *, timeout_s: float = 5.0) -> Sequence[ListedModel]:
        """Returns an empty list: litellm does not list which models an account may use."""
        return ()

    async def ready(self) -> None:
        """Starts the worker if it is not running, so that no answer waits for it."""
        supervisor = current_supervisor()
        self._supervisors.add(supervisor)
        await supervisor.worker(self, self._key.scrub, self.name)

    async def aclose(self) -> None:
        """Releases the worker, which ends with its last user.

        The provider can be used again afterwards.
        """
        supervisors, self._supervisors = self._supervisors, set()
        for supervisor in supervisors:
            await supervisor.release(self)


class _Answer:
    """Converts one stream's messages to deltas."""

    def __init__(self, provider: str, vendor: str, scrub: Callable[[str], str]) -> None:
        self._provider = provider
        self._vendor = vendor
        self._scrub = scrub
        self._size_limit = AnswerSizeLimit(MAX_ANSWER_BYTES)
        self._has_content = False
        self._end: End | None = None
        """How the answer ended, unless text has arrived since."""
        self._notes: set[str] = set()
        self.over = False

    def take(self, message: OfStream) -> list[Delta]:
        """Converts a message to deltas. Raises `ProviderError` if it reports a failure."""
        match message:
            case AnswerText():
                return self._text(message)
            case Opened():
                return [Connected()]
            case RequestResent():
                return [Resent()]
            case UsageCounted():
                usage = parse_usage(Chunk(usage=message.usage))
                return [] if usage is None else [UsageReport(usage)]
            case StreamNote():
                return self._noted(self._scrub(message.note))
            case Ended():
                return self._ended(classify_end(message.word))
            case Closed():
                self.over = True
                return self._over()
            case Failed():
                raise to_provider_error(
                    message,
                    self._provider,
                    self._vendor,
                    self._scrub,
                    after_content=self._has_content,
                )

    def _ended(self, end: End) -> list[Delta]:
        self._end = end
        notes = [end.note or "", ASKED_FOR_TOOL if end.meaning.tool else ""]
        deltas = [delta for note in notes if note for delta in self._noted(note)]
        return deltas if end.failed else [*deltas, Finished(end.reason, end.outcome)]

    def _over(self) -> list[Delta]:
        end = self._end
        if end is not None and end.failed:
            raise end_error(end, self._provider, self._scrub, after_content=self._has_content)
        return []

    def _noted(self, note: str) -> list[Delta]:
        if note in self._notes:
            return []
        self._notes.add(note)
        return [Note(note)]

    def _text(self, message: AnswerText) -> list[Delta]:
        self._has_content = True
        text = self._size_limit.take(message.text)
        deltas: list[Delta] = [Reasoning(text) if message.thinking else Text(text)]
        if self._end is not None:
            self._end = None
            deltas += self._noted(LATE_TEXT)
        if self._size_limit.passed:
            self.over = True
            deltas += [Note(self._size_limit.note), Finished(ANSWER_LIMIT, "truncated")]
        return deltas


def _cannot_be_sent(problem: Exception, provider: str) -> ProviderError:
    what = "text that is not valid Unicode" if isinstance(problem, ValueError) else "odd values"
    message = f"The request holds {what}, which cannot be sent."
    return ProviderError(Failure.of("bad_request", message, provider=provider), wait_hint="never")
