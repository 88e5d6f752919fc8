"""Which models have a name in the figures, so that nobody makes series without end."""

from __future__ import annotations

import pytest

from antiphon.metrics.model_labels import (
    MOST_MODELS,
    MOST_PROVIDERS,
    OTHER,
    ModelLabels,
)


@pytest.mark.parametrize(
    "name",
    ["gpt-5.2", "llama3.2:3b", "meta-llama/Llama-3.1-8B", "accounts/fireworks/models/x", "a@b+c"],
)
def test_a_model_has_its_name_once_its_provider_has_accepted_a_request(name: str) -> None:
    labels = ModelLabels()
    assert labels.model("vendor", name) == OTHER
    labels.accept("vendor", name)
    assert labels.model("vendor", name) == name
    assert labels.model("another", name) == OTHER


@pytest.mark.parametrize(
    "name",
    [
        *("/home/ada/model.gguf", "C:/models/model.gguf", "C:\\models\\x", "~/x", "a//b"),
        *("two words", "", "x" * 101, "na\u00efve", "line\nbreak", "a/b/c/d/e/f", 'quote"'),
    ],
)
def test_what_does_not_look_like_a_models_name_never_has_one(name: str) -> None:
    labels = ModelLabels()
    labels.accept("vendor", name)
    assert labels.model("vendor", name) == OTHER


def test_only_so_many_models_and_providers_have_a_name() -> None:
    labels = ModelLabels()
    for number in range(MOST_MODELS + 1):
        labels.accept("vendor", f"model-{number}")
    assert labels.model("vendor", f"model-{MOST_MODELS - 1}") == f"model-{MOST_MODELS - 1}"
    assert labels.model("vendor", f"model-{MOST_MODELS}") == OTHER
    names = {labels.provider(f"provider-{number}") for number in range(MOST_PROVIDERS + 2)}
    assert len(names) == MOST_PROVIDERS + 1
    assert OTHER in names


def test_a_provider_that_was_never_asked_has_no_name() -> None:
    labels = ModelLabels()
    assert labels.known_provider("vendor") == OTHER
    assert labels.provider("vendor") == "vendor"
    assert labels.known_provider("vendor") == "vendor"
