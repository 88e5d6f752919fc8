"""What cannot be done now, or not twice, is worded in one way, with what to do."""

from __future__ import annotations

import pytest

from antiphon.model.conflicts import refuse_repeats, still_answering
from antiphon.model.failure import AntiphonError


def test_the_second_mention_of_a_pane_is_refused_where_it_stands() -> None:
    with pytest.raises(AntiphonError) as caught:
        refuse_repeats("pane", ["a", "b", "a", "b"], "$.paneIds")
    assert caught.value.failure.kind == "invalid_params"
    assert caught.value.failure.message == "This pane is named twice."
    assert caught.value.failure.hint == "Name each pane once."
    assert caught.value.field == "$.paneIds[2]"
    refuse_repeats("pane", ["a", "b"], "$.paneIds")


def test_a_pane_that_answers_is_named_and_the_hint_says_what_to_do() -> None:
    problem = still_answering("llama", field="$.messageId")
    assert problem.failure.kind == "conflict"
    assert problem.failure.message == "The pane llama is still answering."
    assert "stop it first" in (problem.failure.hint or "")
    assert problem.field == "$.messageId"
