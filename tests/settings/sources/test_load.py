"""Which source wins, and that nothing in any of them can stop the start."""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.settings.schema.schema import Settings
from antiphon.settings.schema.settings_tree import default_leaves
from antiphon.settings.sources.environment import variable_name
from antiphon.settings.sources.load import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.settings.sources.problems import Problem

SOURCES = ("file", "environment", "initializationOptions", "workspace")
NUMBERS = {
    ("timeouts", "connectMs"): 5_000,
    ("timeouts", "idleMs"): 60_000,
    ("retry", "maxAttempts"): 3,
    ("limits", "maxPanesPerRun"): 50,
    ("stream", "flushMs"): 16,
}
good_numbers = st.integers(1, 10)
bad_numbers = st.sampled_from([-1, "x", 1.5, True, [1], {"a": 1}])


def nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    for name in reversed(path):
        value = {name: value}
    return value


def load_one(
    directory: Path, path: tuple[str, ...], values: dict[str, Any]
) -> tuple[Any, list[Problem], str]:
    """Loads with one field given by several sources: its value, the problems, its origin."""
    file = directory / "config.toml"
    section, name = path
    given_value = values.get("file")
    text = "" if given_value is None else f"[{section}]\n{name} = {_toml(given_value)}\n"
    file.write_text(text)
    environ = values.get("environment")
    loaded = load_settings(
        config_path=file,
        environ={} if environ is None else {variable_name(path): _text(environ)},
        initialization_options=_object(path, values.get("initializationOptions")),
        workspace=_object(path, values.get("workspace")),
    )
    values_by_name = loaded.settings.model_dump(by_alias=True)
    return values_by_name[section][name], list(loaded.problems), loaded.origins[".".join(path)]


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {entry}" for name, entry in value.items()) + "}"
    return json.dumps(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _object(path: tuple[str, ...], value: Any) -> Any:
    return None if value is None else nested(path, value)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("settings")


@settings(deadline=None)
@given(
    path=st.sampled_from(list(NUMBERS)),
    values=st.dictionaries(st.sampled_from(SOURCES), st.one_of(good_numbers, bad_numbers)),
)
def test_the_highest_source_with_a_good_value_wins_and_every_bad_one_is_named(
    path, values, directory
):
    value, problems, origin = load_one(directory, path, values)
    good = [(name, values[name]) for name in SOURCES if type(values.get(name)) is int]
    good = [(name, number) for name, number in good if number > 0]
    expected_origin, expected = good[-1] if good else ("default", NUMBERS[path])
    assert (value, origin) == (expected, expected_origin)
    bad = [name for name in SOURCES if name in values and (name, values[name]) not in good]
    assert [problem.source for problem in problems] == bad
    assert all(problem.field == ".".join(path) for problem in problems)


@pytest.mark.parametrize(("lower", "higher"), list(combinations(SOURCES, 2)))
def test_each_source_stands_above_those_before_it(lower, higher, directory):
    path = ("timeouts", "idleMs")
    assert load_one(directory, path, {lower: 1, higher: 2})[0] == 2


def test_a_bad_value_says_its_field_its_source_and_what_is_used_instead(load, tmp_path):
    loaded = load("[timeouts]\nidleMs = 0", {"ANTIPHON_TIMEOUTS__TOTAL_MS": "soon"})
    first, second = map(str, loaded.problems)
    assert first == (
        "antiphon.timeouts.idleMs: must be greater than or equal to 1 "
        f"({tmp_path / 'config.toml'}), using the default 60000"
    )
    assert second == (
        "antiphon.timeouts.totalMs: must be a valid integer, unable to parse string as an integer "
        "(ANTIPHON_TIMEOUTS__TOTAL_MS), using the default 1800000"
    )


def test_a_bad_value_falls_back_to_the_next_lower_source(load):
    loaded = load("[timeouts]\nidleMs = 7", {"ANTIPHON_TIMEOUTS__IDLE_MS": "soon"})
    assert loaded.settings.timeouts.idle_ms == 7
    assert str(loaded.problems[0]).endswith("using config.toml's 7")


def test_without_any_source_every_field_has_its_default_and_says_so(load):
    loaded = load()
    assert loaded.settings == Settings()
    assert not loaded.problems
    assert set(loaded.origins.values()) == {"default"}
    fixed = {".".join(path) for path, _ in default_leaves()}
    assert fixed <= set(loaded.origins)


def test_the_demo_and_openai_are_configured_without_any_doing(load):
    providers = load().settings.providers
    assert providers["demo"].type == "demo"
    assert providers["openai"].base_url == "https://api.openai.com/v1"
    assert providers["openai"].api_key_env == "OPENAI_API_KEY"


BAD_EVERYWHERE = {
    "providers.work.baseUrl": "ftp://x",
    "providers.work.apiKeyEnv": "sk-12345",
    "providers.work.maxConcurrency": 0,
    "providers.work.models": [1],
    "providers.work.headers.bad name": "x",
    "providers.work.headers.x-line": "a\nb",
    "providers.work.prices.m.input": "-1",
    "discovery.localServers": "perhaps",
    "discovery.ports.ollama": 65_536,
    "discovery.ports.other": 1,
    "discovery.timeoutMs": 0,
    "models.default": ["no-slash"],
    "models.lineups.fast": "a/b",
    "summarize.model": "no-slash",
    "timeouts.connectMs": 0,
    "timeouts.firstTokenMs": "1s",
    "timeouts.firstTokenReasoningMs": -1,
    "timeouts.idleMs": True,
    "timeouts.totalMs": 86_400_001,
    "retry.maxAttempts": 11,
    "retry.baseDelayMs": -1,
    "retry.maxDelayMs": [],
    "budgets": [{"scope": "week", "limit": "1"}],
    "limits.maxPromptBytes": 0,
    "limits.maxContextBytes": {"a": 1},
    "limits.maxPanesPerRun": 1.5,
    "limits.maxAnswerBytes": (16 << 20) + 1,
    "limits.secretsInPrompts": "perhaps",
    "limits.requestsPerMinute": 0,
    "limits.redisUrl": "http://x",
    "history.url": "mysql://x",
    "history.retentionDays": 0,
    "stream.flushMs": 5000,
    "stream.reasoning": "fold",
    "log.level": "loud",
    "log.format": "xml",
    "log.file": "",
    "log.maxBytes": 0,
    "log.maxFiles": -1,
    "metrics.textfile": "figures.txt",
    "metrics.intervalMs": 0,
    "telemetry.enabled": "perhaps",
    "telemetry.content": "perhaps",
}


@pytest.mark.parametrize("field", BAD_EVERYWHERE)
def test_every_bad_field_is_named_and_costs_nothing_else(field, load):
    options = nested(tuple(field.split(".")), BAD_EVERYWHERE[field])
    options.setdefault("retry", {}).setdefault("maxAttempts", 5)
    loaded = load(options=options)
    named = [problem.field for problem in loaded.problems if problem.severity == "error"]
    assert [name.partition("[")[0] for name in named] == [field]
    assert "sk-12345" not in str(loaded.problems)
    if field != "retry.maxAttempts":
        assert loaded.settings.retry.max_attempts == 5


def test_every_fixed_field_stands_in_the_table_of_bad_values():
    assert {".".join(path) for path, _ in default_leaves()} <= set(BAD_EVERYWHERE)


@pytest.mark.parametrize("source", ["options", "workspace"])
@pytest.mark.parametrize("value", [None, [], {}, {"antiphon": None}, {"antiphon": {}}])
def test_a_client_that_sends_nothing_is_no_problem(source, value, load):
    assert not load(**{source: value}).problems


@pytest.mark.parametrize("value", [7, "x", [1], True])
def test_options_that_are_no_object_are_one_problem(value, load):
    loaded = load(options=value)
    assert len(loaded.problems) == 1
    assert loaded.settings == Settings()


NAMES = """
    providers work type baseUrl apiKey headers prices input models default lineups
    timeouts idleMs history url log file antiphon a.b
"""
names = st.sampled_from(["", *NAMES.split()])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    options=json_values,
    workspace=json_values,
    environ=st.dictionaries(
        st.builds("__".join, st.lists(names.map(str.upper), max_size=4)).map("ANTIPHON_".__add__),
        st.text(max_size=12) | json_values.map(json.dumps),
        max_size=3,
    ),
)
def test_whatever_the_sources_hold_there_are_settings(options, workspace, environ):
    loaded = load_settings(
        config_path=None,
        environ=environ,
        initialization_options=options,
        workspace=workspace,
    )
    assert isinstance(loaded.settings, Settings)
    assert all(str(problem) for problem in loaded.problems)
