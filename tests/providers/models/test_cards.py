"""Cards of models."""

from __future__ import annotations

from decimal import Decimal

import pytest

from antiphon.engine.ports import Price
from antiphon.providers.models.cards import card, is_chat_model
from antiphon.providers.openai.models import ListedModel


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
