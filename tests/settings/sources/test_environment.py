"""The rule by which environment variables name settings."""

from __future__ import annotations

import pytest

from antiphon.settings.schema.settings_tree import default_leaves
from antiphon.settings.sources.environment import read_environment, variable_name


@pytest.mark.parametrize(
    ("name", "text", "path", "value"),
    [
        ("ANTIPHON_TIMEOUTS__IDLE_MS", "5", ("timeouts", "idle_ms"), 5),
        ("ANTIPHON_MODELS__DEFAULT", "a/b,c/d", ("models", "default"), ("a/b", "c/d")),
        ("ANTIPHON_MODELS__DEFAULT", " a/b , c/d,", ("models", "default"), ("a/b", "c/d")),
        ("ANTIPHON_MODELS__DEFAULT", '["a/b"]', ("models", "default"), ("a/b",)),
        ("ANTIPHON_HISTORY__URL", "sqlite:////a b.db", ("history", "url"), "sqlite:////a b.db"),
        ("ANTIPHON_LOG__LEVEL", "DEBUG", ("log", "level"), "debug"),
        ("ANTIPHON_LIMITS__REQUESTS_PER_MINUTE", "60", ("limits", "requests_per_minute"), 60),
        ("ANTIPHON_TIMEOUTS", '{"idleMs": 5}', ("timeouts", "idle_ms"), 5),
    ],
)
def test_a_variable_sets_its_field(name, text, path, value, load):
    loaded = load(environ={name: text})
    assert not loaded.problems
    section, field = path
    assert getattr(getattr(loaded.settings, section), field) == value


def test_every_field_with_a_fixed_place_has_a_variable_that_finds_it():
    for path, _ in default_leaves():
        source = read_environment({variable_name(path): "x"})
        assert [value.path for value in source.values] == [path]


def test_names_of_ones_own_choice_are_lower_case_in_variables(load):
    environ = {
        "ANTIPHON_PROVIDERS__WORK__BASE_URL": "http://localhost:1/v1",
        "ANTIPHON_PROVIDERS__WORK__MODELS": "m1,m2",
        "ANTIPHON_PROVIDERS__WORK__HEADERS": '{"X-Team": "blue"}',
        "ANTIPHON_MODELS__LINEUPS__FAST": "work/m1",
    }
    settings = load(environ=environ).settings
    assert settings.providers["work"].models == ("m1", "m2")
    assert settings.providers["work"].headers == {"X-Team": "blue"}
    assert settings.models.lineups == {"fast": ("work/m1",)}


def test_other_names_go_in_json_one_level_up(load):
    environ = {"ANTIPHON_PROVIDERS": '{"My-Gateway": {"baseUrl": "http://localhost:1"}}'}
    assert load(environ=environ).settings.providers["My-Gateway"].base_url == "http://localhost:1"


def test_a_variable_of_its_own_overrides_the_json_one_level_up(load):
    environ = {"ANTIPHON_TIMEOUTS": '{"idleMs": 5}', "ANTIPHON_TIMEOUTS__IDLE_MS": "6"}
    assert load(environ=environ).settings.timeouts.idle_ms == 6


def test_an_unknown_variable_is_a_warning_with_the_nearest_known_one(load):
    problem = load(environ={"ANTIPHON_TIMEOUTS__IDEL_MS": "5"}).problems[0]
    assert problem.severity == "warning"
    assert str(problem).endswith("did you mean ANTIPHON_TIMEOUTS__IDLE_MS?")


@pytest.mark.parametrize("name", ["ANTIPHON_", "ANTIPHON___", "ANTIPHON_TIMEOUTS__IDLE_MS__X"])
def test_variables_that_lead_nowhere_are_warnings(name, load):
    assert [p.severity for p in load(environ={name: "5"}).problems] == ["warning"]


def test_empty_variables_and_those_of_others_are_not_settings(load):
    environ = {"ANTIPHON_LOG__LEVEL": "", "PATH": "/bin", "XANTIPHON_LOG__LEVEL": "debug"}
    assert not load(environ=environ).problems


@pytest.mark.parametrize("text", ["{", "5", "[" * 100_000])
def test_json_that_is_none_is_one_problem(text, load):
    loaded = load(environ={"ANTIPHON_TIMEOUTS": text})
    assert [problem.field for problem in loaded.problems] == ["timeouts"]
