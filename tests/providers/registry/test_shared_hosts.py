"""Rows that are in each other's way share their places."""

from __future__ import annotations

import pytest

from antiphon.providers.registry.shared_hosts import _home, key_is_account_wide
from antiphon.providers.registry.sharing import ProviderSharing
from antiphon.settings.schema.schema import ProviderSettings
from support.providers.provider_configs import registry

CLOUD = "https://api.example.com/v1"


def hosts(**rows) -> dict[str, tuple[str, int, bool]]:
    providers = registry(**rows)
    found = {name: providers.host(name) for name in rows}
    return {name: (host.key, host.places, host.local) for name, host in found.items()}


def test_the_same_key_at_the_same_origin_has_its_places_once():
    one, other = {"baseUrl": CLOUD, "apiKey": "k"}, {"baseUrl": CLOUD + "/", "apiKey": "other"}
    found = hosts(a=one, b=one, c=other)
    assert found["a"] == found["b"] != found["c"]
    assert {each[1:] for each in found.values()} == {(8, False)}


def test_the_same_key_at_another_origin_is_another_account():
    row = {"baseUrl": CLOUD, "apiKey": "k"}
    away = {"baseUrl": "https://api.example.org/v1", "apiKey": "k"}
    found = hosts(a=row, b=away)
    assert found["a"] != found["b"]


def test_clients_of_one_server_share_an_account_whatever_they_call_it():
    shared = ProviderSharing()
    row = {"baseUrl": CLOUD, "apiKey": "a-key-of-one-account"}
    work = registry(shared=shared, work=row).host("work")
    same = registry(shared=shared, other=row).host("other")
    another = registry(shared=shared, work={**row, "apiKey": "another-key"}).host("work")
    assert work == same != another
    assert "a-key" not in work.key


def test_without_a_key_there_is_no_account_to_share():
    row = {"baseUrl": CLOUD}
    assert hosts(a=row, b=row)["b"] == ("b api.example.com", 8, False)


@pytest.mark.parametrize("base_url", ["http://localhost:9/api", "http://[::1]:9/v1"])
def test_a_port_of_this_machine_is_served_serially_whatever_it_is_called(base_url):
    rows = {"a": {"baseUrl": "http://127.0.0.1:9/v1", "apiKey": "k"}, "b": {"baseUrl": base_url}}
    assert hosts(**rows) == {"a": ("port 9", 1, True), "b": ("port 9", 1, True)}


def test_another_port_is_another_server():
    rows = {"a": {"baseUrl": "http://localhost:1/v1"}, "b": {"baseUrl": "http://localhost:2/v1"}}
    assert hosts(**rows)["b"] == ("port 2", 1, True)


def test_a_provider_that_has_moved_does_not_stand_in_the_line_of_its_old_address():
    before = hosts(a={"baseUrl": "http://localhost:1/v1"}, b={"baseUrl": CLOUD})
    after = hosts(a={"baseUrl": "http://localhost:2/v1"}, b={"baseUrl": "https://b.example/v1"})
    assert before["a"][0] != after["a"][0]
    assert before["b"][0] != after["b"][0]


def test_the_smallest_number_that_a_row_sets_holds_for_all_that_share():
    rows = {
        name: {"baseUrl": "http://localhost:9/v1", **more}
        for name, more in {"a": {}, "b": {"maxConcurrency": 6}, "c": {"maxConcurrency": 3}}.items()
    }
    assert {places for _, places, _ in hosts(**rows).values()} == {3}


@pytest.mark.parametrize(
    ("row", "alone"),
    [
        ({"baseUrl": "https://api.openai.com/v1"}, True),
        ({"baseUrl": "https://api.groq.com/openai/v1"}, True),
        ({"type": "groq"}, True),
        ({"type": "gemini"}, True),
        ({"baseUrl": "https://openrouter.ai/api/v1"}, False),
        ({"baseUrl": "https://llm.example.com/v1"}, False),
        ({"baseUrl": "http://localhost:4000/v1"}, False),
        ({"type": "litellm"}, False),
        ({}, False),
    ],
)
def test_vendors_judge_the_key_alone_and_gateways_may_not(row, alone):
    assert key_is_account_wide(ProviderSettings.model_validate(row)) is alone


def test_a_row_without_an_address_has_the_address_of_its_types_vendor():
    assert _home("groq") == "https://api.groq.com"
    assert _home("gemini") == "https://generativelanguage.googleapis.com"
    assert _home("openai") is None
