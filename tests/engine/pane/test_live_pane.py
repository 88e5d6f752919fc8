"""A live pane: text moves from arrived to stored to shown, in order, and nothing skips a stage."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.document.render import render
from antiphon.engine.pane.events import retry_event
from antiphon.engine.pane.live_pane import LivePane
from antiphon.engine.planning.plan import PanePlan, Prompt, plan_again, plan_question
from antiphon.engine.planning.prompt_context import PromptContext
from antiphon.engine.ports import AnswerEnd, Attempt, Price, TextChunk
from antiphon.model.conversation.session import Pane
from antiphon.model.failure import Failure
from antiphon.model.values.ids import new_id
from antiphon.model.values.usage import Usage
from antiphon_client.reducer import PaneReducer

PRICE = Price(Decimal(1), Decimal(10))
KI = 1024
AT = 10.0
"""When text arrives, if it does not matter."""


class Hand:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 10.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hand:
    return Hand()


def plan() -> PanePlan:
    pane = Pane(
        id=new_id(),
        session_id=new_id(),
        model="p/m",
        title="m",
        uri="antiphon:/x",
        created_at="now",
    )
    prompt = Prompt("Hello", None, PromptContext([], {}))
    return plan_question(new_id(), pane, [], {}, prompt, connect_timeout_s=1)


@pytest.fixture
def live(clock: Hand) -> LivePane:
    return LivePane(new_id(), plan(), PRICE, clock)


def step(live: LivePane, *, kept: bool = True):
    """Stores all that has arrived, then shows all that is stored."""
    records = live.take_records()
    live.put_stored(kept=kept)
    events = []
    while more := live.take_events():
        events += more
    return records, events


def types(events) -> list[str]:
    return [event.type for event in events]


def ends(live: LivePane, status: str = "complete", failure: Failure | None = None) -> None:
    live.end(status, reason="stop", failure=failure)


def test_a_run_begins_with_one_start_that_holds_the_prompt(live):
    (start,) = live.take_events()
    assert (start.type, start.seq, start.append) == ("start", 1, "## You\n\nHello\n\n## m\n\n")
    assert start.pane.state == "waiting"
    assert start.cut_from is None
    assert live.take_events() == []


def test_text_is_not_shown_before_it_is_stored(live):
    live.text("secret", AT)
    assert types(live.take_events()) == ["start"]
    assert live.take_records() == [TextChunk(live.plan.answer.id, "secret")]
    assert live.take_events() == []
    live.put_stored(kept=True)
    assert [event.text for event in live.take_events() if event.type == "token"] == ["secret"]


def test_text_that_arrives_while_older_text_is_being_stored_waits_for_the_next_time(live):
    live.text("a", AT)
    live.take_records()
    live.text("b", AT)
    live.put_stored(kept=True)
    shown = [event.text for event in live.take_events() if event.type == "token"]
    assert shown == ["a"]
    assert live.dirty
    assert live.waiting_characters == 1


def test_what_was_taken_is_joined_into_one_record_and_taken_once(live):
    live.text("a", AT)
    live.text("b", AT)
    assert live.take_records() == [TextChunk(live.plan.answer.id, "ab")]
    live.put_stored(kept=True)
    assert not live.dirty
    assert live.take_records() == []


def test_the_first_text_stays_urgent_until_it_is_taken(live):
    assert not live.urgent
    live.text("a", AT)
    live.text("b", AT)
    assert live.urgent
    live.take_records()
    assert not live.urgent
    live.text("c", AT)
    assert not live.urgent


def test_the_state_follows_the_answer(live):
    assert live.state == "waiting"
    live.text("a", AT)
    assert live.state == live.pane.state == "streaming"
    ends(live)
    assert live.state == live.pane.state == "idle"


def test_the_end_is_shown_after_all_text_and_only_once_it_is_stored(live):
    live.text("x" * 150 * KI, AT)
    ends(live)
    live.take_events()
    (record,) = live.take_records()
    assert isinstance(record, AnswerEnd)
    assert live.take_events() == []
    live.put_stored(kept=True)
    batches = []
    while events := live.take_events():
        batches.append([event for event in events if event.type != "meter"])
    assert [types(events) for events in batches] == [["token"], ["token"], ["token", "final"]]
    assert [len(events[0].text) for events in batches] == [64 * KI, 64 * KI, 22 * KI]
    assert batches[-1][-1].content == "x" * 150 * KI
    assert live.done


def test_a_failure_before_any_text_is_an_error_and_after_text_a_final(live, clock):
    failure = Failure.of("network")
    ends(live, "failed", failure)
    _, events = step(live)
    assert types(events) == ["start", "error"]
    assert events[-1].failure == failure
    assert events[-1].append.startswith("> **The provider could not be reached.**")

    other = LivePane(new_id(), plan(), None, clock)
    other.text("half", AT)
    ends(other, "interrupted", failure)
    final = step(other)[1][-1]
    assert (final.type, final.status, final.content) == ("final", "interrupted", "half")
    assert final.failure == failure


def test_a_cancelled_pane_without_text_ends_in_final(live):
    ends(live, "cancelled")
    assert types(step(live)[1]) == ["start", "final"]


def test_a_retry_is_numbered_in_order_and_its_attempt_is_stored(live):
    live.take_events()
    live.attempted(Attempt(live.plan.answer.id, 1, "overloaded"))
    live.announce(retry_event(live.plan.answer, 2, 500, Failure.of("overloaded")))
    assert live.urgent
    records, events = step(live)
    assert records == [Attempt(live.plan.answer.id, 1, "overloaded")]
    assert [(event.type, event.seq, event.attempt, event.delay_ms) for event in events] == [
        ("retry", 2, 2, 500)
    ]


def test_figures_come_with_the_text_at_most_twice_a_second(live, clock):
    seen = []
    for _ in range(10):
        live.text("word ", AT)
        seen.append("meter" in types(step(live)[1]))
        clock.now += 0.25
    # Where the first one falls is chance, so that the panes of a run do not meet in one frame.
    shown = [index for index, each in enumerate(seen) if each]
    assert len(shown) >= 4
    assert all(later - earlier >= 2 for earlier, later in pairwise(shown))


def test_the_figures_count_from_the_first_text_to_the_last(live, clock):
    live.begin_attempt()
    for at in (10.5, 11.0, 14.5):
        live.text("x" * 400, at)
    clock.now = 20.0
    ends(live)
    latency = live.result.latency
    assert (latency.ttft_ms, latency.total_ms) == (500, 10_000)
    assert latency.tokens_per_second == 75.0


def test_usage_is_estimated_until_the_provider_says(live):
    assert live.usage() == Usage()
    live.reasoning("x" * 40)
    live.text("y" * 20, AT)
    assert live.usage() == Usage(
        input_tokens=live.plan.input_tokens, output_tokens=5, reasoning_tokens=10
    )
    live.usage_meter.reported = Usage(input_tokens=1, output_tokens=2, source="provider")
    ends(live)
    assert live.result.usage == live.usage_meter.reported
    assert live.result.cost.amount == "0.000021"


def test_an_answer_that_could_not_be_stored_says_so(live):
    live.text("a", AT)
    ends(live)
    final = step(live, kept=False)[1][-1]
    assert final.notes == ["This answer is not in the history: it could not be written."]
    assert "> Note: This answer is not in the history" in final.append
    assert live.shown_messages()[-1].notes == final.notes


def test_a_regenerated_answer_is_shown_until_its_successor_starts(clock):
    first = LivePane(new_id(), plan(), None, clock)
    first.text("old", AT)
    ends(first)
    step(first)
    messages = first.shown_messages()
    again = plan_again(new_id(), first.plan.pane, messages, {}, system=None, connect_timeout_s=1)
    live = LivePane(new_id(), again, None, clock)
    assert live.shown_messages() == messages
    (start,) = live.take_events()
    assert start.cut_from is not None
    assert start.append == "\n## m\n\n"
    assert live.shown_messages() == [*messages[:-1], again.answer]


STEPS = st.lists(
    st.one_of(
        st.text("ab\n`€😀", max_size=6).map(lambda text: ("text", text or "x")),
        st.sampled_from([("take", ""), ("put", ""), ("show", "")]),
    ),
    max_size=25,
)


@given(STEPS, st.sampled_from(["complete", "cancelled", "interrupted", "truncated"]))
def test_in_any_order_of_steps_what_is_shown_is_what_was_sent_and_was_stored(steps, status):
    live = LivePane(new_id(), plan(), PRICE, Hand())
    client, stored, taken = PaneReducer(), "", None
    pane_id = live.plan.pane.id

    def show() -> None:
        for event in live.take_events():
            client.apply(event)

    for name, text in [*steps, ("put", ""), ("end", ""), ("take", ""), ("put", ""), ("show", "")]:
        if name == "text":
            live.text(text, AT)
        elif name == "end":
            live.end(status, reason=None, failure=None)
        elif name == "take" and taken is None:
            taken = live.take_records()
        elif name == "put" and taken is not None:
            stored += "".join(each.text for each in taken if isinstance(each, TextChunk))
            if taken and isinstance(taken[-1], AnswerEnd):
                stored = taken[-1].message.content
            live.put_stored(kept=True)
            taken = None
        elif name == "show":
            show()
        assert stored.startswith(client.messages.get(live.plan.answer.id, ""))
        assert client.texts.get(pane_id, "") == render(live.shown_messages())
    show()
    assert live.done
    assert client.gaps == []
    assert client.messages[live.plan.answer.id] == live.result.content == stored
