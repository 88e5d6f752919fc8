"""Collects a pane's running answer: text that has arrived, is stored, is shown.

Text moves through the three stages in order. The run's storing task moves it from arrived to
stored, its showing task from stored to shown; `take_*` and `put_*` are the only ways between them,
and none of them waits, so that what is shown always equals what was sent.
"""

from __future__ import annotations

from random import random
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from antiphon.engine.pane.answer_meter import Stopwatch, TokenUsageMeter
from antiphon.engine.pane.events import end_event, meter_event, reasoning_event, start_event
from antiphon.engine.pane.live_reasoning import LiveReasoning
from antiphon.engine.planning.tokens import cost_of
from antiphon.engine.ports import AnswerEnd, TextChunk
from antiphon.engine.ports.deltas import ANSWER_LIMIT
from antiphon.model.conversation.events import TokenEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.planning.plan import PanePlan
    from antiphon.engine.ports import Attempt, Clock, Price, Record
    from antiphon.model.conversation.events import PaneEvent, RetryEvent, WaitEvent
    from antiphon.model.conversation.message import Message, Status
    from antiphon.model.conversation.session import Pane, PaneState
    from antiphon.model.failure import Failure
    from antiphon.model.values.usage import Usage

_METER_EVERY_S: Final = 0.5
_LONGEST_EVENT: Final = 65_536
_NOT_WRITTEN: Final = "This answer is not in the history: it could not be written."
_ENDED_BY_US: Final = frozenset({None, "budget", ANSWER_LIMIT})
_LATE_THINKING: Final = "It went on thinking after its answer had begun; that is not shown."
_NOT_KEPT: Final = "This answer is not in the history, which is off: it ends with the server."


class LivePane:
    """One pane of a run, from its plan to its end."""

    def __init__(
        self,
        run_id: str,
        plan: PanePlan,
        price: Price | None,
        clock: Clock,
        *,
        shows_thinking: bool = False,
    ) -> None:
        self.run_id = run_id
        self.plan = plan
        self.watch = Stopwatch(clock, clock())
        self._parts: list[str] = []
        self.usage_meter = TokenUsageMeter(plan.input_tokens, self._parts)
        self.notes: list[str] = []
        """What is unusual about the present request."""
        self.lasting_notes: list[str] = []
        """Notes that apply to every request of the answer."""
        self.answered_by: str | None = None
        """The model that the vendor names, if it is not the one that was asked."""
        self.out_of_budget: Failure | None = None
        """Why it is stopped before its end."""
        self.started = False
        """Whether `start` has been shown."""
        self.result: Message | None = None
        self.done = False
        """Whether the end has been shown."""
        self._price = price
        self._clock = clock
        self._arrived: list[str] = []
        self._taken = ""
        self._attempts: list[Attempt] = []
        self._last_attempt: Attempt | None = None
        self._stored: list[str] = []
        self._shown: list[str] = []
        self._shown_length = 0
        self._reasoning = LiveReasoning() if shows_thinking else None
        self._retries: list[RetryEvent | WaitEvent] = []
        self._seq = 0
        self.length = 0
        """Characters of the answer so far."""
        self.urgent = False
        """Whether something must be shown at once: the first text, or a retry."""
        # Meters of panes that began together must not all fall into one frame.
        self._next_meter = clock() + _METER_EVERY_S * random()  # noqa: S311 - no secret
        self._end_taken = False
        self._end_stored = False
        self.kept = True
        """Whether everything so far is in the history."""
        self.survives = True

    # --- what arrives --------------------------------------------------------------------------

    @property
    def is_blank(self) -> bool:
        """Whether no letter of the answer has arrived."""
        return not any(part.strip() for part in self._parts)

    @property
    def state(self) -> PaneState:
        """The state that clients are sent."""
        if self.result is not None:
            return "idle"
        reasons = self._reasoning is not None and self._reasoning.text
        return "streaming" if self.length or reasons else "waiting"

    @property
    def pane(self) -> Pane:
        """The pane as it is now."""
        pane, state = self.plan.pane, self.state
        return pane if pane.state == state else pane.model_copy(update={"state": state})

    def begin_attempt(self) -> None:
        """Notes that a request is sent, and records what a failed one before it cost."""
        self.watch.begin_attempt()
        if self.usage_meter.reported is not None and self._last_attempt is not None:
            usage = self.usage_meter.reported
            charged = replace(self._last_attempt, usage=usage, cost=cost_of(usage, self._price))
            self._attempts.append(charged)
        self.usage_meter.begin_request()
        self.notes.clear()

    def text(self, text: str, at: float) -> None:
        """Adds text of the answer that arrived at the time `at`."""
        self.watch.last = at
        if not self._parts:
            self.watch.first = at
            self.urgent = True
        self._arrived.append(text)
        self._parts.append(text)
        self.length += len(text)

    def reasoning(self, text: str) -> None:
        """Adds reasoning, which is counted, and shown if the user wants that."""
        self.usage_meter.reasoning.add(text)
        if self._reasoning is None:
            return
        if self._parts:
            self.notes += [] if _LATE_THINKING in self.notes else [_LATE_THINKING]
        elif self._reasoning.add(text):
            self.urgent = True

    def attempted(self, attempt: Attempt) -> None:
        """Records a request that has ended."""
        self._last_attempt = attempt
        self._attempts.append(attempt)

    def announce(self, event: RetryEvent | WaitEvent) -> None:
        """Shows an event about the request soon."""
        self._retries.append(event)
        self.urgent = True

    def end(self, status: Status, *, reason: str | None, failure: Failure | None) -> None:
        """Ends the answer, whose remaining text is still stored and shown."""
        usage = self.usage_meter.final(status, by_provider=reason not in _ENDED_BY_US)
        notes = [*self.lasting_notes, *self.notes, *([] if self.survives else [_NOT_KEPT])]
        self.result = self.plan.answer.model_copy(
            update={
                "content": "".join(self._parts),
                "reasoning": None if self._reasoning is None else self._reasoning.text,
                "status": status,
                "finish_reason": reason,
                "error": failure,
                "usage": usage,
                "cost": cost_of(usage, self._price),
                "latency": self.watch.latency(usage.output_tokens),
                "notes": notes or None,
                "answered_by": self.answered_by,
            }
        )

    def usage(self) -> Usage:
        """Returns the tokens used so far."""
        return self.usage_meter.current()

    # --- arrived → stored ----------------------------------------------------------------------

    @property
    def dirty(self) -> bool:
        """Whether something has not been stored."""
        end = self.result and not self._end_taken
        reasoning = self._reasoning is not None and self._reasoning.dirty
        return bool(self._arrived or self._attempts or reasoning or end)

    def take_records(self) -> list[Record]:
        """Returns the records to store next, before a call of `put_stored`."""
        records: list[Record] = list(self._attempts)
        self._attempts.clear()
        reasoning = "" if self._reasoning is None else self._reasoning.take()
        self._taken = "".join(self._arrived)
        self._arrived.clear()
        self.urgent = bool(self._retries)
        self._end_taken = self.result is not None
        if self.result is not None:
            records.append(AnswerEnd(self.result))
            return records
        if reasoning:
            records.append(TextChunk(self.plan.answer.id, reasoning, is_reasoning=True))
        if self._taken:
            records.append(TextChunk(self.plan.answer.id, self._taken))
        return records

    def put_stored(self, *, kept: bool) -> None:
        """Lets the records of the last call be shown, and notes whether they are stored."""
        if self._reasoning is not None:
            self._reasoning.put()
        if self._taken:
            self._stored.append(self._taken)
        self._end_stored = self._end_taken
        self.kept = kept

    # --- stored → shown ------------------------------------------------------------------------

    @property
    def waiting_characters(self) -> int:
        """Characters that have not been shown."""
        return self.length - self._shown_length

    def take_events(self) -> list[PaneEvent]:
        """Returns the next events, with at most 64 Ki characters, which count as shown."""
        events: list[PaneEvent] = []
        if not self.started:
            self.started = True
            events.append(start_event(self.run_id, self.plan, self.pane, self._next(), self._price))
        if self._retries:
            events += [retry.model_copy(update={"seq": self._next()}) for retry in self._retries]
            self._retries.clear()
            self.urgent = False
        reasoning = self._reasoning
        if reasoning is not None and reasoning.waits:
            events.append(self._reasoning_event(reasoning.show()))
        elif self._stored:
            if reasoning is not None and (gap := reasoning.end()):
                events.append(self._reasoning_event(gap))
            events.append(self._token())
        waits = self._stored or (reasoning is not None and reasoning.waits)
        if self.result and self._end_stored and not waits and not self.done:
            self.done = True
            events.append(end_event(self._marked(self.result), self._next()))
        elif self._clock() >= self._next_meter and self._has_figures(events):
            self._next_meter = self._clock() + _METER_EVERY_S
            events.append(self._meter())
        return events

    def shown_messages(self) -> list[Message]:
        """Returns the pane's messages as they have been shown."""
        plan = self.plan
        if not self.started:
            return [*plan.before, *([plan.replaced] if plan.replaced else [])]
        answer = plan.answer
        if self.done and self.result is not None:
            answer = self._marked(self.result)
        else:
            reasoning = None if self._reasoning is None else self._reasoning.shown
            if self._shown or reasoning:
                self._shown = ["".join(self._shown)]
                shown = {"content": self._shown[0], "reasoning": reasoning}
                answer = answer.model_copy(update=shown)
        return [*plan.before, *plan.opening, answer]

    def _token(self) -> PaneEvent:
        text = "".join(self._stored)  # of one piece, that piece: CPython copies nothing
        rest = text[_LONGEST_EVENT:]
        text = text[:_LONGEST_EVENT]
        self._stored = [rest] if rest else []
        self._shown.append(text)
        self._shown_length += len(text)
        answer = self.plan.answer
        return TokenEvent(pane_id=answer.pane_id, message_id=answer.id, seq=self._next(), text=text)

    def _reasoning_event(self, append: str) -> PaneEvent:
        return reasoning_event(self.plan.answer, self._next(), append)

    def _has_figures(self, events: Sequence[PaneEvent]) -> bool:
        """Checks whether to send figures: with text, or while a model reasons silently."""
        reasons_silently = not self._parts and self.usage_meter.reasoning.characters > 0
        return bool(events and self._shown) or reasons_silently

    def _meter(self) -> PaneEvent:
        usage = self.usage()
        cost = cost_of(usage, self._price)
        latency = self.watch.latency(usage.output_tokens)
        return meter_event(self.plan.answer, self._next(), usage, cost, latency)

    def _marked(self, result: Message) -> Message:
        if self.kept:
            return result
        return result.model_copy(update={"notes": [*(result.notes or ()), _NOT_WRITTEN]})

    def _next(self) -> int:
        self._seq += 1
        return self._seq
