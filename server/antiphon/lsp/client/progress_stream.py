"""Sends a run's events to one client.

Under the caller's own `streamToken` they are sent unchanged as `$/progress`. A work-done token
gets ordinary progress that every editor shows. A client that pulls documents by
`workspace/textDocumentContent` is asked to pull again if a document changed other than by
appending, or about once a second if it has no stream.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from antiphon.lsp.client.work_done import WorkDone
from antiphon.model.conversation.events import (
    ErrorEvent,
    FinalEvent,
    PaneEvent,
    StartEvent,
    TokenEvent,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.ports import Clock
    from antiphon.lsp.rpc.peer import Peer
    from antiphon.model.commands.pipelines.results import StepEvent
    from antiphon.model.commands.runs import ProgressToken

_REFRESH_EVERY_S: Final = 1.0


class ProgressStream:
    """The `StreamSink` of one run."""

    def __init__(
        self,
        connection: Peer,
        clock: Clock,
        *,
        stream_token: ProgressToken | None,
        work_done_token: ProgressToken | None,
        show: Callable[[str], None] | None = None,
        began: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        """Creates the stream of one run.

        `show` shows the pane at an address, once it begins to answer. `began` gets the result of
        a run that begins.
        """
        self._show = show
        self._began = began
        self._connection = connection
        self.room = connection.room
        """Waits until the client has read most of what was sent."""
        self._token = stream_token
        self._work = (
            None if work_done_token is None else WorkDone(connection, work_done_token, clock)
        )
        self._refresh = (
            Refresher(connection, clock, streamed=stream_token is not None)
            if connection.client_capability("workspace", "textDocumentContent") is not None
            else None
        )

    def send(self, events: Sequence[PaneEvent]) -> None:
        """Sends one batch, then the progress and the refreshes that result from it."""
        if self._refresh is not None:
            self._refresh.handle(events)
        if self._show is not None or self._began is not None:
            self._begin([event for event in events if isinstance(event, StartEvent)])
        if self._token is not None:
            wire: list[dict[str, Any]] = []
            for event in events:
                if isinstance(event, TokenEvent):  # most are; `to_wire` takes ten times as long
                    wire.append(
                        {
                            "type": "token",
                            "paneId": event.pane_id,
                            "messageId": event.message_id,
                            "seq": event.seq,
                            "text": event.text,
                        }
                    )
                else:
                    wire.append(event.to_wire())
            value = {"events": wire}
            self._connection.notify("$/progress", {"token": self._token, "value": value})
        if self._work is not None:
            self._work.see(events)

    def show_step(self, event: StepEvent) -> None:
        """Sends how far a step of a pipeline came."""
        if self._token is not None:
            value = {"events": [event.to_wire()]}
            self._connection.notify("$/progress", {"token": self._token, "value": value})

    def _begin(self, starts: Sequence[StartEvent]) -> None:
        if self._show is not None:
            for start in starts:
                self._show(start.pane.uri)
        if starts and self._began is not None:
            self._began(_running(starts))
            self._began = None

    def close(self) -> None:
        """Ends the work-done progress, however the run ended."""
        if self._work is not None:
            self._work.end()


def _running(starts: Sequence[StartEvent]) -> dict[str, Any]:
    """Returns the result of a running run, with its first coverage for a digest."""
    first = starts[0]
    result: dict[str, Any] = {
        "sessionId": first.pane.session_id,
        "runId": first.run_id,
        "status": "partial",
        "running": True,
        "panes": [start.pane.to_wire() for start in starts],
        "results": [],
    }
    if count := sum(len(start.pane.sources) for start in starts):
        result["coverage"] = {"used": count, "of": count, "leftOut": [], "cut": []}
    return result


class Refresher:
    """Asks a client that pulls documents to pull them again."""

    def __init__(self, connection: Peer, clock: Clock, *, streamed: bool) -> None:
        self._connection = connection
        self._clock = clock
        self._streamed = streamed
        self._uris: dict[str, str] = {}
        self._next: dict[str, float] = {}

    def handle(self, events: Sequence[PaneEvent]) -> None:
        """Asks for a refresh if `events` changed documents other than by appending."""
        for event in events:
            if isinstance(event, StartEvent):
                self._uris[event.pane_id] = event.pane.uri
                if event.cut_from is not None:
                    self._now(event.pane_id)
            elif not self._streamed and isinstance(event, FinalEvent | ErrorEvent):
                self._now(event.pane_id)
        if not self._streamed:
            for pane_id in {event.pane_id for event in events}:
                if self._clock() >= self._next.get(pane_id, 0.0):
                    self._now(pane_id)

    def _now(self, pane_id: str) -> None:
        self._next[pane_id] = self._clock() + _REFRESH_EVERY_S
        request_document_refresh(self._connection, self._uris[pane_id])


def request_document_refresh(connection: Peer, *uris: str) -> None:
    """Asks the client to pull documents again, if it pulls any."""
    if connection.client_capability("workspace", "textDocumentContent") is not None:
        for uri in uris:
            connection.post("workspace/textDocumentContent/refresh", {"uri": uri})
