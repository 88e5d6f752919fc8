"""What is known of a model has the names of the protocol."""

from __future__ import annotations

from antiphon.model.values.model_info import ModelInfo, ProviderStatus


def test_prices_are_named_as_the_protocol_names_them():
    card = ModelInfo(
        id="p/m",
        provider="p",
        name="m",
        available=True,
        context_window=1,
        input_cost_per_m_tok="0.1",
        output_cost_per_m_tok="0.2",
    )
    assert card.to_wire() == {
        "id": "p/m",
        "provider": "p",
        "name": "m",
        "available": True,
        "contextWindow": 1,
        "inputCostPerMTok": "0.1",
        "outputCostPerMTok": "0.2",
        "capabilities": [],
    }
    assert ModelInfo.model_validate(card.to_wire()) == card


def test_a_provider_that_works_needs_no_reason():
    assert ProviderStatus(name="p", available=True).to_wire() == {"name": "p", "available": True}
