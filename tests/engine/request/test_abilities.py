"""What a model is known not to do is left out and told of; what is unknown is asked."""

from __future__ import annotations

import pytest

from antiphon.engine.ports import ChatRequest
from antiphon.engine.request.timeouts import TimeLimits
from antiphon.engine.request.unsupported_params import drop_unsupported_params
from antiphon.model.values.model_info import ModelInfo

REQUEST = ChatRequest("m", [], {"reasoning_effort": "low", "temperature": 0.2})


def card(*capabilities: str) -> ModelInfo:
    return ModelInfo(
        id="p/m", provider="p", name="m", available=True, capabilities=list(capabilities)
    )


def test_a_model_that_does_not_think_is_not_told_how_long_to_think():
    request, notes = drop_unsupported_params(REQUEST, card("vision"))
    assert dict(request.params) == {"temperature": 0.2}
    assert notes == ["reasoning_effort was not sent: p/m has no reasoning"]


@pytest.mark.parametrize("capabilities", [(), ("reasoning",), ("vision", "reasoning")])
def test_a_model_that_thinks_or_of_which_nothing_is_known_is_asked_as_it_was_meant(capabilities):
    assert drop_unsupported_params(REQUEST, card(*capabilities)) == (REQUEST, [])


def test_a_model_that_thinks_may_be_silent_for_long():
    limits = TimeLimits(first_token=60, first_token_reasoning=300)
    assert limits.of_model(card("reasoning")).first_token == 300
    assert limits.of_model(card()) == limits
    patient = TimeLimits(first_token=900, first_token_reasoning=300)
    assert patient.of_model(card("reasoning")).first_token == 900
