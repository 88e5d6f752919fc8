"""What was found stands below what was configured; one server is one provider."""

from __future__ import annotations

import pytest

from antiphon.providers.discovery.discovered_provider import DiscoveredProvider, over
from antiphon.settings.schema.schema import ProviderSettings

FOUND = DiscoveredProvider("http://127.0.0.1:11434/v1")


def row(**fields: object) -> ProviderSettings:
    return ProviderSettings.model_validate(fields)


def test_what_was_found_comes_after_what_was_configured():
    work = row(baseUrl="https://a.example/v1")
    assert list(over({"work": work}, {"ollama": FOUND}).items()) == [
        ("work", work),
        ("ollama", FOUND),
    ]


def test_a_configured_row_of_the_same_name_wins():
    mine = row(baseUrl="http://gpu.example:11434/v1")
    assert over({"ollama": mine}, {"ollama": FOUND}) == {"ollama": mine}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"])
def test_a_configured_row_for_the_same_server_wins_whatever_it_is_called(host):
    rows = {"mine": row(baseUrl=f"http://{host}:11434/v1")}
    assert over(rows, {"ollama": FOUND}) == rows


def test_another_port_or_another_machine_is_another_server():
    rows = {
        "mine": row(baseUrl="http://localhost:8080/v1"),
        "gpu": row(baseUrl="http://gpu.example:11434/v1"),
    }
    assert set(over(rows, {"ollama": FOUND})) == {"mine", "gpu", "ollama"}


def test_an_address_with_a_port_that_cannot_be_is_no_server_of_this_machine():
    rows = {"bad": DiscoveredProvider("http://localhost:99999/v1")}
    assert set(over(rows, {"ollama": FOUND})) == {"bad", "ollama"}
