"""One answer to whether a host is this machine, for keys, slots and discovery alike."""

from __future__ import annotations

import pytest

from antiphon.model.values.hosts import is_loopback
from antiphon.providers.discovery.discovered_provider import DiscoveredProvider, over
from antiphon.providers.registry.adapter_types import is_local
from antiphon.settings.schema.schema import ProviderSettings

HERE = ["localhost", "LOCALHOST.", "api.localhost", "127.0.0.1", "127.9.9.9", "::1", "0.0.0.0"]
ELSEWHERE = ["127.example.com", "localhost.example.com", "notlocalhost", "192.168.1.7", "::2", ""]


@pytest.mark.parametrize("host", HERE)
def test_these_hosts_are_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_a_host_that_only_looks_like_it_is_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.2", True), ("api.localhost", True), ("[::1]", True), ("127.example.com", False)],
)
def test_slots_and_discovery_give_the_same_answer(host: str, here: bool) -> None:
    row = ProviderSettings.model_validate({"baseUrl": f"http://{host}:8080/v1"})
    assert is_local(row) is here
    found = {"found": DiscoveredProvider("http://localhost:8080/v1")}
    assert ("found" in over({"mine": row}, found)) is not here
