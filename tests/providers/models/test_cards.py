"""Cards of models, and the nearest names to a mistyped one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.engine.ports import Price
from antiphon.providers.models.cards import card, is_chat_model, nearest
from antiphon.providers.openai.models import ListedModel

KNOWN = ["openai/gpt-5", "openai/gpt-5-mini", "demo/poet", "demo/terse", "groq/llama-3.3-70b"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("openai/gpt5", "openai/gpt-5"),
        ("opnai/gpt-5", "openai/gpt-5"),
        ("gpt-5", "openai/gpt-5"),
        ("GPT-5-MINI", "openai/gpt-5-mini"),
        ("demo/port", "demo/poet"),
        ("llama-3.3", "groq/llama-3.3-70b"),
        ("anthropic/terse", "demo/terse"),
    ],
)
def test_the_name_that_was_meant_comes_first(typed, meant):
    assert nearest(typed, KNOWN)[0] == meant


def test_of_two_equal_names_that_of_the_named_provider_comes_first():
    assert nearest("b/gpt-5", ["a/gpt-5", "b/gpt-5", "c/gpt-5"])[0] == "b/gpt-5"


@settings(deadline=None)
@given(st.text(max_size=20), st.lists(st.text(max_size=8)), st.integers(0, 5))
def test_there_are_always_as_many_as_there_can_be_and_none_twice(typed, known, limit):
    found = nearest(typed, known, limit)
    assert len(found) == len(set(found)) == min(limit, len(set(known)))
    assert set(found) <= set(known)


def test_a_card_has_the_price_and_what_the_provider_lists():
    listed = ListedModel("m", "Model M", 8_192, 1_024)
    info = card("work", "m", price=Price(Decimal("0.25"), Decimal("1E+1")), listed=listed)
    assert info.to_wire() == {
        "id": "work/m",
        "provider": "work",
        "name": "Model M",
        "available": True,
        "contextWindow": 8_192,
        "maxOutputTokens": 1_024,
        "inputCostPerMTok": "0.25",
        "outputCostPerMTok": "10",
        "capabilities": [],
    }


def test_an_unknown_price_is_left_out_and_a_reason_means_unavailable():
    wire = card("work", "m", reason="K is not set").to_wire()
    assert wire["available"] is False
    assert wire["reason"] == "K is not set"
    assert "inputCostPerMTok" not in wire


@pytest.mark.parametrize("name", ["gpt-5", "gpt-4o-audio-preview", "llama3:8b", "o3", "mattson"])
def test_models_that_answer_are_listed(name):
    assert is_chat_model(name)


@pytest.mark.parametrize(
    "name", ["text-embedding-3-small", "whisper-1", "tts-1-hd", "dall-e-3", "omni-moderation"]
)
def test_models_that_cannot_answer_are_not(name):
    assert not is_chat_model(name)
