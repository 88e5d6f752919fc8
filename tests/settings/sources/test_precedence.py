"""Rows of providers: what a higher source keeps of a lower one's, and what it must not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from antiphon.settings.schema.api_key import Key

GATEWAY = """
[providers.openai]
baseUrl = "https://gateway.example/v1"
"""


def test_another_address_does_not_inherit_the_key(load):
    row = load(GATEWAY).settings.providers["openai"]
    assert row.base_url == "https://gateway.example/v1"
    assert row.api_key_env is None
    assert row.models == ()


def test_a_mistyped_address_does_not_fall_back_to_the_one_below(load):
    loaded = load('[providers.openai]\nbaseUrl = "gateway.example/v1"')
    row = loaded.settings.providers["openai"]
    assert (row.base_url, row.api_key_env) == (None, None)
    assert "leaving it unset" in str(loaded.problems[0])


def test_the_same_address_keeps_the_rest_of_the_row(load):
    toml = '[providers.openai]\ntype = "openai"\nbaseUrl = "https://api.openai.com/v1/"\n'
    row = load(toml).settings.providers["openai"]
    assert row.api_key_env == "OPENAI_API_KEY"


def test_a_source_that_only_tunes_a_row_keeps_its_address_and_key(load):
    environ = {"ANTIPHON_PROVIDERS__OPENAI__MAX_CONCURRENCY": "2"}
    row = load('[providers.openai]\nmodels = ["gpt-5"]', environ).settings.providers["openai"]
    assert row.base_url == "https://api.openai.com/v1"
    assert row.api_key_env == "OPENAI_API_KEY"
    assert (row.models, row.max_concurrency) == (("gpt-5",), 2)


def test_an_address_may_be_added_to_a_row_that_had_none(load):
    environ = {"ANTIPHON_PROVIDERS__WORK__BASE_URL": "https://work.example/v1"}
    row = load('[providers.work]\napiKey = "sk-1"', environ).settings.providers["work"]
    assert (row.base_url, row.api_key) == ("https://work.example/v1", Key("sk-1"))


def test_another_type_begins_the_row_anew(load):
    row = load('[providers.openai]\ntype = "demo"').settings.providers["openai"]
    assert (row.type, row.base_url, row.api_key_env) == ("demo", None, None)


def test_another_type_does_not_inherit_the_key_of_the_only_setting_there_is(load):
    environ = {"ANTIPHON_PROVIDERS__WORK__TYPE": "groq"}
    row = load('[providers.work]\napiKey = "sk-1"', environ).settings.providers["work"]
    assert (row.type, row.api_key) == ("groq", None)


@pytest.mark.parametrize("port", ["0", "99999", "x"])
def test_an_address_with_a_port_that_nobody_serves_is_a_problem(port: str, load):
    loaded = load(f'[providers.work]\nbaseUrl = "http://work.example:{port}/v1"')
    assert [problem.field for problem in loaded.problems] == ["providers.work.baseUrl"]
    assert loaded.settings.providers["work"].base_url is None


def test_a_row_of_an_unknown_type_is_left_out_whatever_stands_below(load):
    loaded = load('[providers.openai]\ntype = "anthropic"\nbaseUrl = "https://a.example"')
    assert "openai" not in loaded.settings.providers
    assert [problem.field for problem in loaded.problems] == ["providers.openai.type"]
    assert "this provider is left out" in str(loaded.problems[0])


def test_lists_are_replaced_and_named_entries_are_joined(load):
    toml = '[models]\ndefault = ["a/b", "a/c"]\n[models.lineups]\nfast = ["a/b"]\ngood = ["a/c"]\n'
    loaded = load(toml, options={"models": {"default": ["d/e"], "lineups": {"fast": ["d/e"]}}})
    assert loaded.settings.models.default == ("d/e",)
    assert loaded.settings.models.lineups == {"fast": ("d/e",), "good": ("a/c",)}
    assert loaded.origins["models.lineups.good"] == "file"


def test_prices_are_exact_decimals_however_they_are_written(load):
    toml = '[providers.openai.prices."gpt-5"]\ninput = "0.125"\noutput = 10\ncachedInput = 0.1\n'
    price = load(toml).settings.providers["openai"].prices["gpt-5"]
    assert (price.input, price.output) == (Decimal("0.125"), Decimal(10))
    assert price.cached_input == Decimal("0.1")


def test_what_is_used_instead_of_a_bad_value_is_named_but_for_secrets_and_prompts(load):
    toml = """
    timeouts.idleMs = 1234
    history.url = "postgresql://ada:hidden-word@host/db"
    [models.presets.short]
    model = "a/b"
    system = "hidden prompt"
    """
    bad = {
        "timeouts": {"idleMs": "x"},
        "history": {"url": "ftp://host"},
        "models": {"presets": {"short": {"system": 7}}},
    }
    texts = [str(each) for each in load(toml, options=bad).problems]
    assert len(texts) == 3
    assert all("using" in text for text in texts)
    assert sum("1234" in text for text in texts) == 1
    assert not any("hidden" in text for text in texts)
