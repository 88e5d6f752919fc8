"""Presets and line-ups as settings: what they may hold, and what one source leaves of another's."""

from __future__ import annotations

import pytest

from antiphon.model.conversation.session import Params
from antiphon.settings.schema.models import ChoiceSettings, ParamsSettings

CAREFUL = {
    "model": "openai/gpt-5",
    "title": "Careful",
    "system": "Check twice.",
    "params": {"reasoningEffort": "high", "maxTokens": 900, "temperature": 0},
}


def presets(**named):
    return {"models": {"presets": named}}


def test_a_preset_names_a_model_a_title_a_system_prompt_and_parameters(load):
    loaded = load(options=presets(careful=CAREFUL))
    assert not loaded.problems
    preset = loaded.settings.models.presets["careful"]
    assert (preset.model, preset.title, preset.system) == (
        "openai/gpt-5",
        "Careful",
        "Check twice.",
    )
    assert preset.params == ParamsSettings(reasoning_effort="high", max_tokens=900, temperature=0)


def test_a_preset_is_written_in_toml_and_by_variables_too(load):
    toml = '[models.presets.fast]\nmodel = "a/b"\n[models.presets.fast.params]\ntopP = 0.5\n'
    environ = {
        "ANTIPHON_MODELS__PRESETS__FAST__PARAMS__TEMPERATURE": "0.2",
        "ANTIPHON_MODELS__PRESETS__FAST__PARAMS__STOP": "END,STOP",
    }
    loaded = load(toml, environ=environ)
    assert not loaded.problems
    params = loaded.settings.models.presets["fast"].params
    assert (params.top_p, params.temperature, params.stop) == (0.5, 0.2, ("END", "STOP"))


def test_the_parameters_of_a_preset_are_those_of_a_request():
    assert set(ParamsSettings.model_fields) == set(Params.model_fields)


@pytest.mark.parametrize(
    ("preset", "field"),
    [
        ({"colour": "red"}, "models.presets.fast.colour"),
        ({"baseUrl": "https://evil.example"}, "models.presets.fast.baseUrl"),
        ({"apiKey": "sk-12345"}, "models.presets.fast.apiKey"),
        ({"params": {"apiBase": "https://evil.example"}}, "models.presets.fast.params.apiBase"),
        ({"params": {"headers": {"x": "sk-12345"}}}, "models.presets.fast.params.headers"),
        ({"params": {"temperature": -1}}, "models.presets.fast.params.temperature"),
        ({"params": {"temperature": float("inf")}}, "models.presets.fast.params.temperature"),
        ({"params": {"maxTokens": True}}, "models.presets.fast.params.maxTokens"),
        ({"params": {"reasoningEffort": "huge"}}, "models.presets.fast.params.reasoningEffort"),
        ({"title": "two\nlines"}, "models.presets.fast.title"),
    ],
)
@pytest.mark.parametrize("source", ["options", "workspace"])
def test_a_bad_or_unknown_field_is_named_and_the_rest_of_the_preset_is_used(
    source, preset, field, load
):
    loaded = load(**{source: presets(fast={"model": "a/b", **preset})})
    assert [problem.field for problem in loaded.problems] == [field]
    assert "evil" not in str(loaded.problems)
    assert "sk-12345" not in str(loaded.problems)
    assert loaded.settings.models.presets["fast"].model == "a/b"


@pytest.mark.parametrize("name", ["", "two words", "a/b", "@at", "-dash", "x" * 101])
def test_a_name_that_could_not_be_written_behind_an_at_is_refused(name, load):
    loaded = load(options=presets(**{name: {"model": "a/b"}}))
    assert len(loaded.problems) == 1
    assert not loaded.settings.models.presets


@pytest.mark.parametrize("model", ["no-slash", "@other", 7])
def test_a_preset_without_a_usable_model_is_left_out_and_named_once(model, load):
    loaded = load(options=presets(fast={"model": model, "system": "x"}, good={"model": "a/b"}))
    assert [problem.field for problem in loaded.problems] == ["models.presets.fast.model"]
    assert list(loaded.settings.models.presets) == ["good"]
    missing = load(options=presets(fast={"system": "x"}))
    assert str(missing.problems[0]).startswith("antiphon.models.presets.fast.model: is missing")
    assert not missing.settings.models.presets


def test_a_source_that_names_the_model_starts_the_preset_afresh(load):
    mine = presets(mine={**CAREFUL, "system": "Only for my own server."})
    loaded = load(options=mine, workspace=presets(mine={"model": "stranger/m"}))
    preset = loaded.settings.models.presets["mine"]
    assert (preset.model, preset.system, preset.params) == ("stranger/m", None, ParamsSettings())
    tuned = load(options=mine, workspace=presets(mine={"params": {"temperature": 1}}))
    preset = tuned.settings.models.presets["mine"]
    assert (preset.model, preset.params.temperature) == ("openai/gpt-5", 1)
    assert preset.params.reasoning_effort == "high"


def test_a_lineup_may_hold_ids_presets_and_choices_with_a_title_and_parameters(load):
    entries = ["a/b", "@fast", {"model": "@fast", "title": "Warm", "params": {"temperature": 1}}]
    loaded = load(options={"models": {"lineups": {"all": entries}, "default": ["@fast"]}})
    assert not loaded.problems
    *names, choice = loaded.settings.models.lineups["all"]
    assert names == ["a/b", "@fast"]
    assert choice == ChoiceSettings(
        model="@fast", title="Warm", params=ParamsSettings(temperature=1)
    )
    assert loaded.settings.models.default == ("@fast",)


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ("no-slash", "models.lineups.all[1]"),
        ("@", "models.lineups.all[1]"),
        ({"model": "a/b", "colour": 1}, "models.lineups.all[1].colour"),
        ({"model": "a/b", "params": {"apiKey": "x"}}, "models.lineups.all[1].params.apiKey"),
        ({"title": "x"}, "models.lineups.all[1].model"),
    ],
)
def test_a_bad_entry_of_a_lineup_is_named_by_its_position(entry, field, load):
    loaded = load(options={"models": {"lineups": {"all": ["a/b", entry]}}})
    assert [problem.field for problem in loaded.problems] == [field]
