"""Reports a run as ordinary work-done progress, which every editor shows (LSP 3.18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import anyio

from antiphon.lsp.rpc.jsonrpc import ResponseError
from antiphon.model.conversation.events import (
    ErrorEvent,
    FinalEvent,
    MeterEvent,
    PaneEvent,
    StartEvent,
)
from antiphon.model.values.ids import new_id
from antiphon.model.values.number_format import (
    count_written_tokens,
    format_tokens,
    format_total_cost,
    join_parts,
)
from antiphon.model.values.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports import Clock
    from antiphon.lsp.rpc.peer import Peer
    from antiphon.lsp.rpc.router import RequestContext
    from antiphon.model.commands.runs import ProgressToken
    from antiphon.model.values.usage import Cost

_REPORT_EVERY_S: Final = 0.5
_PATIENCE_S: Final = 2.0


async def create_work_done(context: RequestContext) -> ProgressToken | None:
    """Creates a token for a client that shows progress but sent no token."""
    if not context.connection.client_capability("window", "workDoneProgress"):
        return None
    token = f"antiphon-{new_id()}"
    with anyio.move_on_after(_PATIENCE_S):
        try:
            await context.connection.request("window/workDoneProgress/create", {"token": token})
        except ResponseError:
            return None  # the client may refuse: then no progress is shown
        context.claim_token(token)
        return token
    return None


class WorkDone:
    """Ordinary progress: `2 of 4 answered · 1,204 tokens · $0.012`."""

    def __init__(self, connection: Peer, token: ProgressToken, clock: Clock) -> None:
        self._connection = connection
        self._token = token
        self._clock = clock
        self._figures: dict[str, tuple[Usage, Cost]] = {}
        self._panes: set[str] = set()
        self._ended: set[str] = set()
        self._answered: set[str] = set()
        self._next_report = 0.0
        self._tell("begin", title="Antiphon", cancellable=True, message="asking…", percentage=0)

    def see(self, events: Sequence[PaneEvent]) -> None:
        """Adds the figures of `events` and reports them, at most twice a second."""
        for event in events:
            self._panes.add(event.pane_id)
            if isinstance(event, StartEvent) and event.cost is not None:
                self._figures[event.pane_id] = Usage(), event.cost
            if isinstance(event, ErrorEvent):
                self._forget_unused(event.pane_id)
            if isinstance(event, MeterEvent | FinalEvent):
                self._figures[event.pane_id] = event.usage, event.cost
            if isinstance(event, FinalEvent | ErrorEvent):
                self._ended.add(event.pane_id)
            if isinstance(event, FinalEvent) and event.status == "complete":
                self._answered.add(event.pane_id)
        if self._clock() >= self._next_report:
            self._next_report = self._clock() + _REPORT_EVERY_S
            percentage = 100 * len(self._ended) // max(1, len(self._panes))
            self._tell("report", message=self._message(), percentage=percentage)

    def end(self) -> None:
        """Reports that the run is over."""
        self._tell("end", message=self._message())

    def _forget_unused(self, pane_id: str) -> None:
        """Leaves a pane out of the sum that failed before it cost anything."""
        usage, _ = self._figures.get(pane_id, (None, None))
        if usage is not None and not usage.total_tokens:
            del self._figures[pane_id]

    def _message(self) -> str:
        tokens = sum(count_written_tokens(usage) for usage, _ in self._figures.values())
        parts = [f"{len(self._answered)} of {len(self._panes)} answered"]
        if not_complete := len(self._ended - self._answered):
            parts.append(f"{not_complete} not complete")
        parts.append(format_tokens(tokens))
        parts.append(format_total_cost(cost.amount for _, cost in self._figures.values()))
        return join_parts(parts)

    def _tell(self, kind: Literal["begin", "report", "end"], **fields: Any) -> None:
        value = {"kind": kind, **fields}
        self._connection.notify("$/progress", {"token": self._token, "value": value})
