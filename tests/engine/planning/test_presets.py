"""`@<name>` in the place of a model's id: which model, which title and which parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from antiphon.engine.planning.pane_selection import Presets
from antiphon.model.commands.models import Preset
from antiphon.model.commands.runs import BroadcastParams, ModelChoice
from antiphon.model.conversation.session import Params
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness

PRESETS = Presets(
    {
        "quick": Preset(model="script/a", params=Params(reasoning_effort="low")),
        "deep": Preset(
            model="script/a",
            title="Deep thought",
            system="Check twice.",
            params=Params(reasoning_effort="high", temperature=0.5),
        ),
        "elsewhere": Preset(model="nobody/x"),
    }
)


@pytest.fixture
def with_presets(harness: EngineHarness) -> EngineHarness:
    harness.service.limits = replace(harness.service.limits, presets=PRESETS)
    return harness


async def choose(harness: EngineHarness, **params):
    arguments = BroadcastParams.model_validate({"prompt": "Why?", **params})
    return await harness.service.choose(arguments)


async def test_one_model_by_two_presets_is_two_panes_with_two_names(with_presets: EngineHarness):
    panes = (await choose(with_presets, models=["@quick", "@deep", "@quick"])).panes
    assert [pane.model for pane in panes] == ["script/a"] * 3
    assert [pane.title for pane in panes] == ["quick", "Deep thought", "quick#2"]
    assert [pane.params.reasoning_effort for pane in panes] == ["low", "high", "low"]
    assert panes[1].uri.endswith("/Deep-thought")


async def test_the_system_prompt_of_a_preset_opens_its_pane_alone(with_presets: EngineHarness):
    choice = await choose(with_presets, models=["@deep", "@quick", "script/a"])
    assert [choice.system_for(pane) for pane in choice.panes] == ["Check twice.", None, None]


async def test_what_the_request_says_comes_before_what_the_preset_says(
    with_presets: EngineHarness,
):
    choice = await choose(
        with_presets, models=["@deep"], system="Be brief.", params={"temperature": 1}
    )
    (pane,) = choice.panes
    assert choice.system_for(pane) == "Be brief."
    assert (pane.params.temperature, pane.params.reasoning_effort) == (1, "high")


async def test_what_a_choice_says_comes_before_request_and_preset(with_presets: EngineHarness):
    own = {"model": "@deep", "title": "Mine", "params": {"temperature": 0, "topK": 3}}
    (pane,) = (await choose(with_presets, models=[own], params={"temperature": 1})).panes
    assert (pane.title, pane.model, pane.params.temperature) == ("Mine", "script/a", 0)
    assert pane.params.to_wire()["topK"] == 3


async def test_a_preset_may_be_among_the_default_models(with_presets: EngineHarness):
    limits = with_presets.service.limits
    with_presets.service.limits = replace(limits, default_models=["@quick", "@gone"])
    with pytest.raises(AntiphonError, match="There is no preset '@gone'"):
        await choose(with_presets)
    with_presets.service.limits = replace(limits, default_models=["@quick"])
    assert [pane.title for pane in (await choose(with_presets)).panes] == ["quick"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("@quik", "The nearest are @quick, @deep, @elsewhere."),
        ("@deap", "The nearest are @deep, @quick, @elsewhere."),
    ],
)
async def test_an_unknown_preset_is_refused_with_the_three_nearest(
    name, hint, with_presets: EngineHarness
):
    with pytest.raises(AntiphonError) as caught:
        await choose(with_presets, models=["script/a", {"model": name}])
    failure = caught.value.failure
    assert (failure.kind, caught.value.field) == ("model_not_found", "$.models[1]")
    assert failure.hint.startswith("The nearest are @")
    assert failure.hint.split()[3] == hint.split()[3]
    assert failure.hint.count("@") == 3


async def test_without_any_preset_the_hint_says_where_to_define_one(harness: EngineHarness):
    for name in ("@", "@fast"):
        with pytest.raises(AntiphonError) as caught:
            await choose(harness, models=[name])
        assert caught.value.failure.kind == "model_not_found"
        assert "models.presets" in caught.value.failure.hint


async def test_the_model_of_a_preset_needs_a_provider_like_any_other(with_presets: EngineHarness):
    with pytest.raises(AntiphonError, match="'nobody/x'") as caught:
        await choose(with_presets, models=["@elsewhere"])
    assert caught.value.field == "$.models[0]"


def test_what_a_name_means_can_be_asked_without_an_error():
    assert PRESETS.to_model_id("@deep") == "script/a"
    assert PRESETS.to_model_id(ModelChoice(model="@deep")) == "script/a"
    assert PRESETS.to_model_id("@gone") == "@gone"
    assert PRESETS.to_model_id("script/b") == "script/b"


def test_a_title_is_known_to_be_a_presets_with_a_number_and_for_its_model_only():
    assert PRESETS.gave_title("Deep thought", "script/a")
    assert PRESETS.gave_title("quick#2", "script/a")
    assert not PRESETS.gave_title("quick", "script/b")
    assert not PRESETS.gave_title("deep", "script/a")
    assert not PRESETS.gave_title("quick#two", "script/a")
