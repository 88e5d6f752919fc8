"""Provides a streaming command as an iterator of events with a result."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar, cast

import anyio
from pydantic import ValidationError

from antiphon.model.commands.runs import RunResult
from antiphon.model.conversation.events import (
    ErrorEvent,
    FinalEvent,
    MeterEvent,
    ReasoningEvent,
    RetryEvent,
    StartEvent,
    StreamEvent,
    TokenEvent,
    WaitEvent,
)
from antiphon_client.errors import BadServerMessage, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from antiphon.model.commands.pipelines.results import StepEvent
    from antiphon.model.wire import Wire
    from antiphon_client.connection import Connection, PendingRequest

_Result = TypeVar("_Result", bound="Wire")
_Event = TypeVar("_Event")
EVENTS: Final[dict[str, type[StreamEvent]]] = {
    "start": StartEvent,
    "token": TokenEvent,
    "reasoning": ReasoningEvent,
    "meter": MeterEvent,
    "retry": RetryEvent,
    "wait": WaitEvent,
    "final": FinalEvent,
    "error": ErrorEvent,
}
_STEP: Final = "step"
_CANCEL_TIMEOUT_S: Final = 5.0
"""How long leaving an unfinished run waits for the server's confirmation."""


class EventStream(Generic[_Event]):
    """A command that streams and was sent.

    `async for event in stream` yields every event as it arrives and ends with the command. If the
    command failed or the server died, it raises the `ClientError` after the last event.
    `async with stream` cancels a command that is not finished on leaving.
    """

    def __init__(
        self,
        connection: Connection,
        command: dict[str, Any],
        token: str,
        kinds: Mapping[str, type[Wire]],
    ) -> None:
        """Sends `command`, with `kinds` as the classes of its events by type."""
        self.stream_token = token
        self._kinds = kinds
        self.on_step: Callable[[StepEvent], None] = lambda _: None
        """Is called with each event of a pipeline's step, which belongs to no pane.

        An `OSError` that it raises cancels the run, and is raised to who waits for the run.
        """
        self._connection = connection
        self._events: deque[_Event] = deque()
        self._wake = asyncio.Event()
        self._error: BadServerMessage | OSError | None = None
        # Before the request is sent, since its first event may arrive with the next bytes.
        connection.on_progress(token, self._add_events)
        self._request: PendingRequest = connection.send_request("workspace/executeCommand", command)
        self._request.response.add_done_callback(self._end)

    @property
    def done(self) -> bool:
        """Whether the response has arrived. Events may still wait to be iterated."""
        return self._request.response.done()

    def cancel(self) -> None:
        """Asks the server to stop the run, whose last events and result still arrive."""
        self._connection.cancel(self._request)

    async def response(self) -> Any:
        """Waits for the run's end and returns the raw response. Raises like `result`."""
        raw = await asyncio.shield(self._request.response)
        if self._error is not None:
            raise self._error
        return raw

    async def result_as(self, kind: type[_Result]) -> _Result:
        """Waits for the end and returns the result.

        Raises `CommandFailed` if the server refused it, `ConnectionLost` if it is gone.
        """
        raw = await self.response()
        try:
            return kind.model_validate(raw)
        except ValidationError as error:
            raise _shape_error(error) from None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> _Event:
        while not self._events:
            if self._error is not None:
                raise self._error
            if self.done:
                self._request.response.result()
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        return self._events.popleft()

    async def batch(self, timeout_s: float) -> list[_Event]:
        """Returns all events that have arrived, after waiting for one up to `timeout_s`.

        For screens, which draw many events at once. Empty on a timeout and after the run's end.
        """
        if not (self._events or self.done):
            self._wake.clear()
            with anyio.move_on_after(timeout_s):
                await self._wake.wait()
        events = list(self._events)
        self._events.clear()
        return events

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.done:
            return
        self.cancel()
        with anyio.move_on_after(_CANCEL_TIMEOUT_S, shield=True), contextlib.suppress(ClientError):
            await asyncio.shield(self._request.response)

    def _add_events(self, value: Any) -> None:
        try:
            for raw in value["events"]:
                if raw["type"] == _STEP:
                    self._show_step(raw)
                    continue
                kind = self._kinds.get(raw["type"])
                # A newer server may send kinds of events that this client does not know.
                if kind is not None:
                    self._events.append(cast("_Event", kind.model_validate(raw)))
        except (ValidationError, KeyError, TypeError) as error:
            self._error = _shape_error(error)
            self.cancel()
        except OSError as error:  # the reader of our output is gone
            self._error = error
            self.on_step = lambda _: None
            self.cancel()
        self._wake.set()

    def _show_step(self, raw: Any) -> None:
        from antiphon.model.commands.pipelines.results import (  # noqa: PLC0415 - of pipelines only
            StepEvent,
        )

        self.on_step(StepEvent.model_validate(raw))

    def _end(self, _response: asyncio.Future[Any]) -> None:
        self._connection.on_progress(self.stream_token, None)
        self._wake.set()


class Run(EventStream[StreamEvent]):
    """A broadcast, a regeneration or another run that was sent."""

    def __init__(self, connection: Connection, command: dict[str, Any], token: str) -> None:
        super().__init__(connection, command, token, EVENTS)

    async def result(self) -> RunResult:
        """Waits for the run's end and returns its result. Raises as `result_as` does."""
        return await self.result_as(RunResult)


def _shape_error(error: Exception) -> BadServerMessage:
    # A validation error quotes its input, which may be an answer, so only locations are named.
    locations = (
        ", ".join(".".join(map(str, item["loc"])) or "value" for item in error.errors())
        if isinstance(error, ValidationError)
        else type(error).__name__
    )
    return BadServerMessage(f"The server sent an event or result of a wrong shape ({locations}).")
