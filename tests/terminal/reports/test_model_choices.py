"""Line-ups and presets in a line each."""

from __future__ import annotations

from antiphon.model.commands.models import Preset
from antiphon.model.commands.runs import ModelChoice
from antiphon.model.conversation.session import Params
from antiphon_terminal.reports.model_choices import describe_entry, describe_preset


def test_an_entry_of_a_lineup_names_what_it_changes() -> None:
    assert describe_entry("@brief") == "@brief"
    assert describe_entry(ModelChoice(model="a/b")) == "a/b"
    params = Params(temperature=0.5, stop=["END"])
    choice = ModelChoice(model="a/b", title="Warm", params=params)
    assert describe_entry(choice) == 'a/b (Warm, temperature=0.5, stop=["END"])'


def test_a_preset_is_its_model_and_what_goes_with_it() -> None:
    assert describe_preset(Preset(model="a/b")) == "a/b"
    preset = Preset(
        model="a/b", title="B", system="Zwei\nZeilen", params=Params(reasoning_effort="high")
    )
    assert describe_preset(preset) == ('a/b, "B", reasoningEffort="high", system "Zwei\\nZeilen"')
