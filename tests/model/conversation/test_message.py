"""Messages carry where they came from, and leave out what they do not have."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from antiphon.model.conversation.message import ContextDigest, Message, Provenance, TextRange
from antiphon.model.failure import Failure
from antiphon.model.values.usage import Cost, Latency, Usage


def message(**more) -> Message:
    fields = {
        "id": "N",
        "pane_id": "Q",
        "role": "user",
        "content": "😀",
        "status": "complete",
        "created_at": "now",
    }
    return Message.model_validate({**fields, **more})


def test_a_bare_message_has_only_what_it_must_have():
    assert message().to_wire() == {
        "id": "N",
        "paneId": "Q",
        "role": "user",
        "content": "😀",
        "status": "complete",
        "createdAt": "now",
    }


def test_a_full_message_survives_the_wire():
    full = message(
        run_id="R",
        role="assistant",
        status="interrupted",
        model="p/m",
        usage=Usage(output_tokens=3),
        cost=Cost(),
        latency=Latency(),
        finish_reason="stop",
        error=Failure.of("network"),
        context=[ContextDigest(label="a", uri="file:///a", sha256="0", bytes=1)],
        notes=["odd"],
        superseded=True,
    )
    assert Message.model_validate(full.to_wire()) == full


@pytest.mark.parametrize(
    "wrong", [{"role": "tool"}, {"status": "done"}, {"content": None}], ids=str
)
def test_a_role_or_a_state_that_is_not_known_is_refused(wrong):
    with pytest.raises(ValidationError):
        message(**wrong)


@pytest.mark.parametrize("span", [{"start": -1, "end": 0}, {"start": 0, "end": -1}], ids=str)
def test_a_range_does_not_begin_before_its_text(span):
    with pytest.raises(ValidationError):
        TextRange.model_validate(span)


def test_provenance_comes_with_its_message_and_its_range_counts_code_points():
    provenance = Provenance(
        session_id="S",
        pane_id="P",
        message_id="M",
        model="p/m",
        range=TextRange(start=0, end=1),
        via="sendTo",
        transferred_at="now",
    )
    transferred = message(provenance=provenance)
    wire = transferred.to_wire()
    assert wire["provenance"] == {
        "sessionId": "S",
        "paneId": "P",
        "messageId": "M",
        "model": "p/m",
        "range": {"start": 0, "end": 1},
        "via": "sendTo",
        "transferredAt": "now",
    }
    assert Message.model_validate(wire) == transferred


def test_a_way_of_transfer_that_is_not_known_is_refused():
    with pytest.raises(ValidationError):
        Provenance(
            session_id="S", pane_id="P", message_id="M", model="m", via="fax", transferred_at="now"
        )
