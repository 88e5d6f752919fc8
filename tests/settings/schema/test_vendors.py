"""Keys in the environment turn vendors on; everything else is left out, or says what to set."""

from __future__ import annotations

import pytest

from antiphon.settings.schema.schema import ProviderSettings
from antiphon.settings.schema.vendors import VENDORS, built_in_rows

ALWAYS = {"demo", "openai", "anthropic", "gemini", "groq"}


def test_without_a_key_only_a_few_are_listed(load):
    assert set(load().settings.providers) == ALWAYS


@pytest.mark.parametrize(
    ("vendor", "variable"),
    [(name, variable) for name, vendor in VENDORS.items() for variable in vendor.variables],
)
def test_a_key_in_the_environment_makes_its_vendor_a_provider(vendor, variable, load):
    loaded = load(environ={variable: "sk-1"})
    assert set(loaded.settings.providers) == ALWAYS | {vendor}
    assert loaded.settings.providers[vendor].api_key_env == variable
    assert not loaded.problems


def test_an_empty_variable_is_no_key(load):
    assert set(load(environ={"MISTRAL_API_KEY": ""}).settings.providers) == ALWAYS


def test_of_two_variables_the_vendors_own_counts(load):
    environ = {"GEMINI_API_KEY": "a", "GOOGLE_API_KEY": "b"}
    assert load(environ=environ).settings.providers["gemini"].api_key_env == "GEMINI_API_KEY"


def test_a_row_of_the_person_needs_to_say_only_what_differs(load):
    row = load('[providers.mistral]\napiKeyEnv = "WORK_KEY"').settings.providers["mistral"]
    assert (row.base_url, row.api_key_env) == ("https://api.mistral.ai/v1", "WORK_KEY")


@pytest.mark.parametrize("vendor", ["mistral", "anthropic", "groq"])
def test_a_row_of_the_person_with_an_address_gets_no_key_from_the_environment(vendor, load):
    environ = dict.fromkeys(VENDORS[vendor].variables, "sk-1")
    toml = f'[providers.{vendor}]\nbaseUrl = "https://gateway.example/v1"'
    row = load(toml, environ).settings.providers[vendor]
    assert row == ProviderSettings(baseUrl="https://gateway.example/v1")


def test_a_workspace_turns_nothing_on(load):
    loaded = load(workspace={"providers": {"mistral": {"apiKeyEnv": "HOME"}}})
    assert set(loaded.settings.providers) == ALWAYS


def test_every_vendor_is_a_good_row_that_says_where_to_get_a_key():
    for name, row in built_in_rows({}, VENDORS).items():
        ProviderSettings.model_validate(row)
        if name != "demo":
            assert VENDORS[name].key_page.startswith("https://")
            assert (row["type"] == "openai") == ("baseUrl" in row)


def test_vendors_that_answer_for_nothing_are_marked():
    assert {name for name, vendor in VENDORS.items() if vendor.free_tier} == {"gemini", "groq"}
