"""A pane while its answer runs: text that has arrived, text that is stored, text that is shown.

Text moves through the three stages in order. The engine's keeper moves it from arrived to stored,
its shower from stored to shown; `take_*` and `put_*` are the only ways between them, and none of
them waits, so that what is shown always equals what was sent.
"""

from __future__ import annotations

from random import random
from typing import TYPE_CHECKING, Final

from antiphon.engine.pane_events import end_event, start_event
from antiphon.engine.ports import AnswerEnd, TextChunk
from antiphon.engine.stopwatch import Stopwatch, milliseconds
from antiphon.engine.tokens import TokenEstimate, cost_of
from antiphon.model.events import MeterEvent, PaneEvent, RetryEvent, TokenEvent
from antiphon.model.usage import Usage

if TYPE_CHECKING:
    from antiphon.engine.plan import PanePlan
    from antiphon.engine.ports import Attempt, Clock, Price, Record
    from antiphon.model.failure import Failure
    from antiphon.model.message import Message, Status
    from antiphon.model.session import Pane, PaneState

_METER_EVERY_S: Final = 0.5
_LONGEST_EVENT: Final = 65_536
_NOT_WRITTEN: Final = "This answer is not in the history: it could not be written."
_NOT_KEPT: Final = "This answer is not in the history, which is off: it ends with the server."


class LivePane:
    """One pane of a run, from its plan to its end."""

    def __init__(self, run_id: str, plan: PanePlan, price: Price | None, clock: Clock) -> None:
        self.run_id = run_id
        self.plan = plan
        self.watch = Stopwatch(clock)
        self.reported: Usage | None = None
        self.notes: list[str] = []
        self.started = False
        """`start` has been shown."""
        self.result: Message | None = None
        """The whole answer, once it has ended."""
        self.done = False
        """The end has been shown."""
        self._price = price
        self._clock = clock
        self._parts: list[str] = []
        self._arrived: list[str] = []
        self._taken = ""
        self._attempts: list[Attempt] = []
        self._stored: list[str] = []
        self._shown: list[str] = []
        self._shown_length = 0
        self._estimate = TokenEstimate()
        self._reasoning = TokenEstimate()
        self._retries: list[RetryEvent] = []
        self._seq = 0
        self._length = 0
        self._first_text_waits = False
        # Meters of panes that began together must not all fall into one frame.
        self._next_meter = clock() + _METER_EVERY_S * random()  # noqa: S311 - no secret
        self._end_taken = False
        self._end_stored = False
        self.kept = True
        """Everything so far is in the history."""
        self.survives = True
        """The history outlives the server."""

    # --- what arrives --------------------------------------------------------------------------

    @property
    def length(self) -> int:
        """Characters of the answer so far."""
        return self._length

    @property
    def state(self) -> PaneState:
        """As clients are told."""
        if self.result is not None:
            return "idle"
        return "streaming" if self._length else "waiting"

    @property
    def pane(self) -> Pane:
        """The pane as it is now."""
        return self.plan.pane.model_copy(update={"state": self.state})

    def begin_attempt(self) -> None:
        """A request is about to be sent; figures of a failed one before it do not count."""
        self.watch.begin_attempt()
        self.reported = None
        self.notes.clear()

    def text(self, text: str) -> None:
        """Text of the answer has arrived."""
        self.watch.text()
        if not self._parts:
            self._first_text_waits = True
        self._arrived.append(text)
        self._parts.append(text)
        self._estimate.add(text)
        self._length += len(text)

    def reasoning(self, text: str) -> None:
        """Thinking has arrived: counted, not shown."""
        self._reasoning.add(text)

    def attempted(self, attempt: Attempt) -> None:
        """A request has ended."""
        self._attempts.append(attempt)

    def retry(self, attempt: int, delay_s: float, failure: Failure) -> None:
        """The request will be sent again."""
        self._retries.append(
            RetryEvent(
                pane_id=self.plan.pane.id,
                message_id=self.plan.answer.id,
                seq=0,
                attempt=attempt,
                delay_ms=milliseconds(delay_s),
                failure=failure,
            )
        )

    def end(self, status: Status, *, reason: str | None, failure: Failure | None) -> None:
        """The answer is over; what is not stored and shown yet still will be."""
        usage = self.usage()
        notes = self.notes if self.survives else [*self.notes, _NOT_KEPT]
        self.result = self.plan.answer.model_copy(
            update={
                "content": "".join(self._parts),
                "status": status,
                "finish_reason": reason,
                "error": failure,
                "usage": usage,
                "cost": cost_of(usage, self._price),
                "latency": self.watch.latency(usage.output_tokens),
                "notes": notes or None,
            }
        )

    def usage(self) -> Usage:
        """The provider's figures, or ours until it gives them; nothing where nothing was read."""
        if self.reported is not None:
            return self.reported
        reasoning = self._reasoning.tokens
        if not self._length and not reasoning:
            return Usage()
        return Usage(
            input_tokens=self.plan.input_tokens,
            output_tokens=self._estimate.tokens,
            reasoning_tokens=reasoning,
        )

    # --- arrived → stored ----------------------------------------------------------------------

    @property
    def dirty(self) -> bool:
        """Something has not been stored."""
        return bool(self._arrived or self._attempts or (self.result and not self._end_taken))

    @property
    def urgent(self) -> bool:
        """Something must be shown at once: the first text, or a retry."""
        return self._first_text_waits or bool(self._retries)

    def take_records(self) -> list[Record]:
        """What to store next; call `put_stored` when that is done."""
        records: list[Record] = list(self._attempts)
        self._attempts.clear()
        self._taken = "".join(self._arrived)
        self._arrived.clear()
        self._first_text_waits = False
        self._end_taken = self.result is not None
        if self.result is not None:
            records.append(AnswerEnd(self.result))
        elif self._taken:
            records.append(TextChunk(self.plan.answer.id, self._taken))
        return records

    def put_stored(self, *, kept: bool) -> None:
        """What was taken last may now be shown; `kept` says whether it really is stored."""
        if self._taken:
            self._stored.append(self._taken)
        self._end_stored = self._end_taken
        self.kept = kept

    # --- stored → shown ------------------------------------------------------------------------

    @property
    def waiting_characters(self) -> int:
        """Characters that no client has seen."""
        return self._length - self._shown_length

    def take_events(self) -> list[PaneEvent]:
        """The next events of this pane: at most 64 Ki characters of text. Counts as shown."""
        events: list[PaneEvent] = []
        if not self.started:
            self.started = True
            events.append(start_event(self.run_id, self.plan, self.pane, self._next()))
        while self._retries:
            events.append(self._retries.pop(0).model_copy(update={"seq": self._next()}))
        if self._stored:
            events.append(self._token())
        if self.result and self._end_stored and not self._stored and not self.done:
            self.done = True
            events.append(end_event(self._marked(self.result), self._next()))
        elif events and self._shown and self._clock() >= self._next_meter:
            self._next_meter = self._clock() + _METER_EVERY_S
            events.append(self._meter())
        return events

    def shown_messages(self) -> list[Message]:
        """The pane's messages as they have been shown."""
        plan = self.plan
        if not self.started:
            return [*plan.before, *([plan.replaced] if plan.replaced else [])]
        answer = plan.answer
        if self.done and self.result is not None:
            answer = self._marked(self.result)
        elif self._shown:
            self._shown = ["".join(self._shown)]
            answer = answer.model_copy(update={"content": self._shown[0]})
        return [*plan.before, *plan.opening, answer]

    def _token(self) -> TokenEvent:
        text = self._stored[0] if len(self._stored) == 1 else "".join(self._stored)
        rest = text[_LONGEST_EVENT:]
        text = text[:_LONGEST_EVENT]
        self._stored = [rest] if rest else []
        self._shown.append(text)
        self._shown_length += len(text)
        answer = self.plan.answer
        return TokenEvent(pane_id=answer.pane_id, message_id=answer.id, seq=self._next(), text=text)

    def _meter(self) -> MeterEvent:
        usage = self.usage()
        return MeterEvent(
            pane_id=self.plan.pane.id,
            message_id=self.plan.answer.id,
            seq=self._next(),
            usage=usage,
            cost=cost_of(usage, self._price),
            latency=self.watch.latency(usage.output_tokens),
        )

    def _marked(self, result: Message) -> Message:
        if self.kept:
            return result
        return result.model_copy(update={"notes": [*(result.notes or ()), _NOT_WRITTEN]})

    def _next(self) -> int:
        self._seq += 1
        return self._seq
