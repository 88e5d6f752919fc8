"""The report says of every setting where it is from and what it was put over, and no secret."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from antiphon.settings.schema.api_key import Key
from antiphon.settings.sources.report import _to_json, build_config_report

SECRET = "a-very-secret-value"


def report(loaded, tmp_path):
    result = build_config_report(loaded, tmp_path / "config.toml", Path("log"))
    return result, {each.name: each for each in result.settings}


def test_a_value_names_its_source_and_those_below(load, tmp_path):
    loaded = load(
        toml="[timeouts]\nidleMs = 1000\n[retry]\nmaxAttempts = 2\n",
        environ={"ANTIPHON_TIMEOUTS__IDLE_MS": "2000"},
        options={"timeouts": {"idleMs": 3000}},
    )
    result, settings = report(loaded, tmp_path)
    idle = settings["timeouts.idleMs"]
    assert (idle.value, idle.origin.source, idle.origin.place) == (
        3000,
        "initializationOptions",
        None,
    )
    assert [(each.source, each.place) for each in idle.over] == [
        ("environment", "ANTIPHON_TIMEOUTS__IDLE_MS"),
        ("file", str(tmp_path / "config.toml")),
    ]
    attempts = settings["retry.maxAttempts"]
    assert (attempts.value, attempts.origin.source, attempts.over) == (2, "file", None)
    assert settings["retry.baseDelayMs"].origin.source == "default"
    assert (result.exists, result.log_file) == (True, "log")


def test_secrets_are_not_told(load, tmp_path):
    row = {"baseUrl": "http://a", "apiKey": SECRET, "headers": {"X-Tenant": SECRET}}
    history = {"url": f"postgresql://ada:{SECRET}@host/db"}
    result, settings = report(load(options={"providers": {"a": row}, "history": history}), tmp_path)
    assert SECRET not in str(result) + str(result.to_wire())
    for name in ("providers.a.apiKey", "providers.a.headers.X-Tenant", "history.url"):
        assert settings[name].value == "********"


def test_every_value_is_json(load, tmp_path):
    row = {"baseUrl": "http://a", "models": ["m"], "prices": {"m": {"input": "1.50"}}}
    result, settings = report(load(options={"providers": {"a": row}}), tmp_path)
    assert settings["providers.a.prices.m.input"].value == "1.50"
    assert settings["providers.a.models"].value == ["m"]
    assert result.model_validate(result.to_wire()) == result


def test_problems_are_told_with_field_source_and_file(load, tmp_path):
    result, _ = report(load(toml="[timeouts]\nidleMs = 'x'\n"), tmp_path)
    [problem] = result.problems
    assert (problem.field, problem.source, problem.severity) == ("timeouts.idleMs", "file", "error")
    assert str(tmp_path / "config.toml") in problem.message


def test_a_mapping_is_an_object_with_the_same_rules_inside():
    value = {"a": Decimal("1.50"), "b": (Key(SECRET), {"c": 1})}
    assert _to_json(value) == {"a": "1.50", "b": ["********", {"c": 1}]}


def test_a_provider_whose_address_is_wrong_has_a_type_that_is_no_secret(load, tmp_path):
    _, settings = report(load(options={"providers": {"a": {"baseUrl": "x"}}}), tmp_path)
    assert settings["providers.a.type"].value == "openai"
