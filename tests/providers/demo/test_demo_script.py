"""Parameters change the demo's habits, in either spelling."""

from __future__ import annotations

import pytest

from antiphon.engine.ports import ChatRequest, ChatTurn
from antiphon.engine.ports.deltas import ProviderError
from antiphon.providers.demo.models import DEMO_MODELS
from antiphon.providers.demo.script import Script, parse_script


def script(model: str = "chatty", **params: object) -> Script:
    request = ChatRequest(model, [ChatTurn("user", "Why?")], params)
    return parse_script(DEMO_MODELS[model], request, "demo")


def test_without_parameters_a_model_keeps_its_habits():
    made = script("cut")
    assert (made.tokens_per_second, made.tokens, made.fault) == (20, None, "cut")
    assert (made.fault_after, made.max_tokens) == (None, None)


@pytest.mark.parametrize(
    ("outside", "inside", "value"),
    [
        ("tokensPerSecond", "tokens_per_second", 7.5),
        ("faultAfter", "fault_after", 3),
        ("maxTokens", "max_tokens", 9),
        ("tokens", "tokens", 4),
        ("fault", "fault", "overloaded"),
    ],
)
def test_parameters_are_understood_in_camel_case_and_in_snake_case(outside, inside, value):
    for name in (outside, inside):
        assert getattr(script(**{name: value}), inside) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tokensPerSecond", -1),
        ("tokensPerSecond", "fast"),
        ("tokensPerSecond", float("nan")),
        ("tokens", True),
        ("tokens", 1e12),
        ("faultAfter", [1]),
        ("seed", "x"),
        ("fault", 3),
        ("fault", ["cut"]),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(name, value):
    with pytest.raises(ProviderError) as caught:
        script(**{name: value})
    assert caught.value.failure.kind == "bad_request"
    assert name in caught.value.failure.message


def test_parameters_of_other_providers_change_nothing():
    assert script(temperature=1.5, top_p=0.1, stop=["x"]) == script()


def test_the_seed_depends_on_model_conversation_and_seed():
    seeds = {script().seed, script("terse").seed, script(seed=1).seed, script(seed=-1).seed}
    assert len(seeds) == 4


def test_a_prompt_with_half_a_surrogate_pair_has_a_seed_too():
    request = ChatRequest("chatty", [ChatTurn("user", "\ud800")])
    assert parse_script(DEMO_MODELS["chatty"], request, "demo").seed
