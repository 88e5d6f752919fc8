"""The answer that is meant where only a pane is named."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from antiphon.engine.document.last_answer import describe_empty, last_answer, last_own_answer
from antiphon.model.conversation.message import Message, Provenance
from antiphon.model.conversation.session import Pane
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import now


def said(content: str, role: str = "assistant", **fields: Any) -> Message:
    place = {"id": new_id(), "paneId": "P", "createdAt": now(), "status": "complete"}
    return Message.model_validate({**place, "role": role, "content": content, **fields})


def brought(content: str, via: Literal["sendTo", "fork"]) -> Message:
    origin = Provenance(
        session_id="S", pane_id="Q", message_id="M", model="x/y", via=via, transferred_at=now()
    )
    return said(content, provenance=origin)


def test_the_last_answer_of_its_own_stands_for_a_pane():
    messages = [said("one"), said("Why?", "user"), said("two"), said("And?", "user")]
    assert last_own_answer(messages) is messages[2]


def test_an_answer_that_was_sent_into_a_pane_does_not_hide_its_own():
    messages = [said("its own"), brought("another's", "sendTo")]
    assert last_own_answer(messages) is messages[0]
    assert last_own_answer(messages[1:]) is messages[1]


def test_the_answers_of_a_forked_pane_are_its_own():
    messages = [said("one"), brought("two", "fork")]
    assert last_own_answer(messages) is messages[1]


def test_a_pane_that_has_not_answered_says_so():
    pane = Pane(
        id="P", session_id="S", model="x/y", title="y", uri="antiphon:/pane/S/P/y", created_at=now()
    )
    with pytest.raises(AntiphonError, match="has no answer yet"):
        last_answer(pane, [said("Why?", "user")], "$.paneIds[0]")


def test_an_answer_without_text_is_called_what_it_is():
    assert describe_empty(said("")) == "is empty"
    assert describe_empty(said("", status="failed")) == "is failed"
