"""A row that cannot be used says why, and what to set."""

from __future__ import annotations

import pytest

from antiphon.providers.registry.circuit_breaker import NotAskedError
from antiphon.providers.registry.provider_entry import ProviderEntry
from antiphon.settings.schema.api_key import look_up_key
from antiphon.settings.schema.schema import ProviderSettings
from support.providers.provider_configs import KEY


def configured(environ: dict[str, str] | None = None, **row: object) -> ProviderEntry:
    made = ProviderSettings.model_validate(row)
    return ProviderEntry("work", made, look_up_key(made, environ or {}))


@pytest.mark.parametrize(
    ("row", "kind", "words"),
    [
        ({"type": "openai"}, "unsupported", "antiphon.providers.work.baseUrl is not set"),
        ({"baseUrl": "https://a.example", "apiKeyEnv": "K"}, "authentication", "K is not set"),
        ({"baseUrl": "https://a.example", "apiKey": "a b"}, "authentication", "has a space in it"),
    ],
)
def test_what_is_missing_is_named_before_anything_is_opened(row, kind, words):
    provider = configured(**row)
    problem = provider.problem()
    assert problem is not None
    assert (problem.kind, problem.provider) == (kind, "work")
    assert words in problem.message
    with pytest.raises(NotAskedError) as caught:
        provider.open()
    assert caught.value.failure == problem
    assert caught.value.wait_hint == "never"


def test_an_adapter_is_made_once():
    provider = configured({"K": KEY}, baseUrl="https://a.example/v1", apiKeyEnv="K")
    assert provider.problem() is None
    assert provider.open() is provider.open()
    assert KEY not in repr(provider)


def test_what_the_adapter_finds_wrong_with_the_row_is_its_problem_from_then_on():
    provider = configured(baseUrl="https://exa$mple.com/v1")
    with pytest.raises(NotAskedError):
        provider.open()
    problem = provider.problem()
    assert problem is not None
    assert "base URL of work" in problem.message
    assert not provider.has_list
