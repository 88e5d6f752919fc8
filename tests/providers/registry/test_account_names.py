"""What servers that share limits call an account: the same, and nothing that gives it away."""

from __future__ import annotations

import subprocess
import sys

from antiphon.providers.registry.sharing import AccountNames, ProviderSharing
from antiphon.providers.registry.this_machine import identify_machine
from support.providers.provider_configs import registry

CLOUD = "https://api.example.com/v1"
ROW = {"baseUrl": CLOUD, "apiKey": "a-key-of-one-account"}
LOCAL = {"baseUrl": "http://127.0.0.1:11434/v1"}


def name_of(row: dict[str, str], provider: str = "work", password: str = "p") -> str:
    """What a new server calls the host of a row."""
    shared = ProviderSharing(AccountNames(password))
    return registry(shared=shared, **{provider: row}).host(provider).shared_name


def test_servers_agree_on_an_account_whatever_its_rows_are_called():
    assert name_of(ROW) == name_of(ROW, "other")


def test_servers_agree_on_an_account_with_a_key_whatever_the_password_of_redis():
    assert name_of(ROW) == name_of(ROW, password="another")


def test_another_key_another_address_and_another_type_are_other_accounts():
    rows = [
        ROW,
        {**ROW, "apiKey": "another-key"},
        {**ROW, "baseUrl": "https://api.example.org/v1"},
        {"apiKey": ROW["apiKey"], "type": "groq"},
        {"baseUrl": CLOUD},
    ]
    assert len({name_of(row) for row in rows}) == len(rows)


def test_an_account_without_a_key_needs_the_password_of_redis_to_be_guessed():
    keyless = {"baseUrl": "http://gpu.internal.example/v1"}
    assert name_of(keyless) == name_of(keyless)
    assert name_of(keyless) != name_of(keyless, password="another")
    assert name_of(keyless) != name_of(keyless, "other")


def test_a_port_of_this_machine_is_shared_by_its_servers_alone():
    assert name_of(LOCAL) == name_of(LOCAL, "other")
    assert name_of(LOCAL) != name_of({"baseUrl": "http://127.0.0.1:8080/v1"})
    script = (
        "from antiphon.providers.registry.this_machine import identify_machine as f; print(f())"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == identify_machine()


def test_a_name_holds_neither_key_nor_address():
    for row in (ROW, LOCAL):
        name = name_of(row)
        assert len(name) == 32
        assert int(name, 16) > 0


def test_nothing_has_a_shared_name_unless_limits_are_shared():
    for row in (ROW, LOCAL):
        assert registry(work=row).host("work").shared_name == ""


def test_the_demo_is_not_shared():
    shared = ProviderSharing(AccountNames("p"))
    assert registry(shared=shared, demo={"type": "demo"}).host("demo").shared_name == ""
