"""Events are told apart by `type` and come through the wire as they were."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from antiphon.model.conversation.events import (
    ErrorEvent,
    FinalEvent,
    MeterEvent,
    Position,
    RetryEvent,
    StartEvent,
    StreamBatch,
    TokenEvent,
)
from antiphon.model.conversation.session import Pane
from antiphon.model.failure import Failure
from antiphon.model.values.usage import Cost, Latency, Usage

WHOSE = {"pane_id": "P", "message_id": "M", "seq": 1}
PANE = Pane(id="P", session_id="S", model="p/m", title="m", uri="antiphon:/x", created_at="now")
FIGURES = {"usage": Usage(), "cost": Cost(), "latency": Latency()}
EVENTS = [
    StartEvent(**WHOSE, model="p/m", append="## m\n\n", run_id="R", pane=PANE),
    StartEvent(
        **WHOSE,
        model="p/m",
        append="",
        run_id="R",
        pane=PANE,
        cut_from=Position(line=0, character=0),
    ),
    TokenEvent(**WHOSE, text="a\u2028😀\0"),
    MeterEvent(**WHOSE, **FIGURES),
    RetryEvent(**WHOSE, attempt=2, delay_ms=5, failure=Failure.of("overloaded")),
    FinalEvent(**WHOSE, status="complete", finish_reason=None, content="", **FIGURES),
    FinalEvent(
        **WHOSE,
        status="interrupted",
        finish_reason="stop",
        content="x",
        append="\n",
        failure=Failure.of("network"),
        notes=["odd"],
        **FIGURES,
    ),
    ErrorEvent(**WHOSE, failure=Failure.of("authentication")),
]


def test_a_batch_of_every_kind_survives_json():
    batch = StreamBatch(events=EVENTS)
    received = StreamBatch.model_validate(json.loads(json.dumps(batch.to_wire())))
    assert received == batch
    assert [type(event) for event in received.events] == [type(event) for event in EVENTS]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_event_says_whose_it_is_and_its_place(event):
    wire = event.to_wire()
    assert (wire["paneId"], wire["messageId"], wire["seq"]) == ("P", "M", 1)
    assert wire["type"] == event.type


def test_an_event_of_an_unknown_type_is_refused():
    with pytest.raises(ValidationError):
        StreamBatch.model_validate({"events": [{"type": "x", "paneId": "P", "seq": 1}]})


def test_a_first_answer_cuts_nothing_and_a_cut_at_the_very_start_is_said():
    first, again = EVENTS[0].to_wire(), EVENTS[1].to_wire()
    assert "cutFrom" not in first
    assert again["cutFrom"] == {"line": 0, "character": 0}


def test_an_end_always_says_its_reason_and_its_content():
    final = EVENTS[5].to_wire()
    assert final["finishReason"] is None
    assert final["content"] == ""
    assert not {"append", "failure", "notes"} & set(final)
    assert EVENTS[-1].to_wire()["content"] == ""
