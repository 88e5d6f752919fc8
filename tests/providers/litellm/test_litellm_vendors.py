"""Which vendor a row asks, and what is said where litellm or the vendor is missing."""

from __future__ import annotations

import sys

import pytest

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.values.extras import to_install_command
from antiphon.providers.litellm.adapter import LiteLlm
from antiphon.providers.litellm.vendors import chat_vendors, litellm_model


@pytest.mark.parametrize(
    ("row", "model", "asked"),
    [
        ("anthropic", "claude-sonnet-4.5", "anthropic/claude-sonnet-4.5"),
        ("Anthropic", "claude", "anthropic/claude"),
        ("together", "meta/llama", "together_ai/meta/llama"),
        ("openrouter", "anthropic/claude", "openrouter/anthropic/claude"),
        ("litellm", "mistral/mistral-large", "mistral/mistral-large"),
        ("work", "bedrock/anthropic.claude", "bedrock/anthropic.claude"),
    ],
)
def test_the_rows_name_or_the_models_says_whose_it_is(row, model, asked):
    assert litellm_model(row, model) == asked


def test_a_model_without_its_vendor_is_told_how_to_name_it():
    with pytest.raises(ProviderError) as caught:
        litellm_model("work", "claude")
    failure = caught.value.failure
    assert (failure.kind, caught.value.wait_hint) == ("model_not_found", "never")
    assert "work/anthropic/claude" in failure.hint


def test_the_list_of_vendors_is_read_without_importing_litellm():
    assert {"anthropic", "bedrock", "cohere", "azure", "vertex_ai"} <= chat_vendors()
    assert "exa_ai" not in chat_vendors()
    assert "litellm" not in sys.modules


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "litellm", None)
    with pytest.raises(ProviderError) as caught:
        LiteLlm("anthropic")
    assert caught.value.failure.kind == "unsupported"
    assert to_install_command("litellm") in caught.value.failure.hint


@pytest.mark.parametrize("address", ["ftp://a.example", "https://user:pw@a.example"])
def test_an_address_that_cannot_be_used_is_refused_before_anything_is_started(address):
    with pytest.raises(ProviderError):
        LiteLlm("anthropic", address)
