"""Which panes a broadcast is for, and what is said where that cannot be worked out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.planning.pane_selection import PaneSelection, PaneSelector
from antiphon.engine.ports import RunStart
from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.conversation.session import Params
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import is_id, new_id
from antiphon.model.values.uri import PaneAddress, parse_uri

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness, FakeCaller

DEFAULTS = ["script/default"]


async def choose(
    harness: EngineHarness, busy: frozenset[str] = frozenset(), **params
) -> PaneSelection:
    arguments = BroadcastParams.model_validate({"prompt": "Why?", **params})
    chooser = PaneSelector(harness.history, harness.providers, busy.__contains__)
    return await chooser.choose(arguments, params.pop("defaults", DEFAULTS))


async def refused(harness: EngineHarness, **params) -> AntiphonError:
    with pytest.raises(AntiphonError) as caught:
        await choose(harness, **params)
    return caught.value


async def stored(harness: EngineHarness, *models: str) -> PaneSelection:
    """A session with idle panes, in the history."""
    choice = await choose(harness, models=[f"script/{model}" for model in models])
    await harness.history.begin_run(RunStart(new_id(), choice.session, messages=()))
    return choice


async def answered(harness: EngineHarness, caller: FakeCaller, **params):
    """A broadcast whose streams all end at once."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(harness.broadcast(caller, **params))
        for model in ("a", "b"):
            (await harness.providers.opened(model)).finish()
    return task.result()


async def test_models_open_new_panes_of_a_new_session(harness: EngineHarness):
    choice = await choose(harness, models=["script/a", "script/b", "script/a"])
    assert [pane.model for pane in choice.panes] == ["script/a", "script/b", "script/a"]
    assert [pane.title for pane in choice.panes] == ["a", "b", "a#2"]
    assert choice.session.panes == list(choice.panes)
    assert choice.session.title == "Why?"
    assert len({pane.id for pane in choice.panes}) == 3


async def test_a_new_panes_address_leads_to_it(harness: EngineHarness):
    (pane,) = (await choose(harness, models=[{"model": "script/a", "title": "My own: pane"}])).panes
    assert parse_uri(pane.uri) == PaneAddress(pane.session_id, pane.id)
    assert pane.title == "My own: pane"
    assert pane.uri.endswith("/My-own-pane")
    assert is_id(pane.id)


async def test_what_is_particular_to_a_model_stands_over_what_is_general(harness: EngineHarness):
    choice = await choose(
        harness,
        models=["script/a", {"model": "script/b", "params": {"temperature": 0, "topK": 3}}],
        params={"temperature": 1, "maxTokens": 5},
    )
    assert choice.panes[0].params.to_wire() == {"temperature": 1, "maxTokens": 5}
    assert choice.panes[1].params.to_wire() == {"temperature": 0, "maxTokens": 5, "topK": 3}


@pytest.mark.parametrize("models", [None, []])
async def test_where_nothing_is_named_the_default_models_are_asked(harness: EngineHarness, models):
    assert [pane.model for pane in (await choose(harness, models=models)).panes] == DEFAULTS


async def test_where_there_is_no_default_it_is_said_what_to_do(harness: EngineHarness):
    chooser = PaneSelector(harness.history, harness.providers, lambda _: False)
    with pytest.raises(AntiphonError) as caught:
        await chooser.choose(BroadcastParams(prompt="x"), [])
    assert caught.value.failure.kind == "invalid_params"
    assert "models.default" in caught.value.failure.hint
    assert "demo/" in caught.value.failure.hint


async def test_a_session_that_is_named_goes_on_with_all_its_panes(harness: EngineHarness):
    before = await stored(harness, "a", "b")
    choice = await choose(harness, sessionId=before.session.id)
    assert [pane.id for pane in choice.panes] == [pane.id for pane in before.panes]
    assert choice.session.title == before.session.title


async def test_panes_that_are_named_are_asked_in_that_order_and_the_others_stay(
    harness: EngineHarness,
):
    before = await stored(harness, "a", "b", "c")
    a, b, c = (pane.id for pane in before.panes)
    choice = await choose(harness, paneIds=[c, a])
    assert [pane.id for pane in choice.panes] == [c, a]
    assert [pane.id for pane in choice.session.panes] == [a, b, c]


async def test_models_beside_panes_open_new_panes_in_the_same_session(harness: EngineHarness):
    before = await stored(harness, "a")
    choice = await choose(harness, paneIds=[before.panes[0].id], models=["script/a"])
    assert [pane.title for pane in choice.panes] == ["a", "a#2"]
    assert choice.panes[1].session_id == before.session.id
    assert len(choice.session.panes) == 2


async def test_models_in_a_session_leave_its_panes_alone(harness: EngineHarness):
    before = await stored(harness, "a")
    choice = await choose(harness, sessionId=before.session.id, models=["script/b"])
    assert [pane.model for pane in choice.panes] == ["script/b"]
    assert [pane.model for pane in choice.session.panes] == ["script/a", "script/b"]


async def test_a_known_sessions_panes_and_new_ones_answer_one_broadcast(
    harness: EngineHarness, caller: FakeCaller
):
    before = await stored(harness, "a")
    result = await answered(harness, caller, paneIds=[before.panes[0].id], models=["script/b"])
    assert [pane.model for pane in result.panes] == ["script/a", "script/b"]
    assert result.status == "complete"


async def test_new_parameters_stay_with_a_pane(harness: EngineHarness):
    before = await stored(harness, "a")
    choice = await choose(harness, paneIds=[before.panes[0].id], params={"temperature": 0})
    assert choice.panes[0].params == choice.session.panes[0].params == Params(temperature=0)


@pytest.mark.parametrize(
    "model", ["", "/", "script", "script/", "nobody/gpt", "script/a\n## You", "script/\x1b[2J"]
)
async def test_a_model_of_no_configured_provider_is_refused_with_the_nearest_names(harness, model):
    problem = await refused(harness, models=["script/a", model])
    assert problem.failure.kind == "model_not_found"
    assert problem.field == "$.models[1]"
    assert problem.failure.hint == "Did you mean script/a or script/b or script/c?"


async def test_a_model_that_its_provider_does_not_list_may_be_asked(harness: EngineHarness):
    assert (await choose(harness, models=["script/brand/new"])).panes[0].title == "brand/new"


async def test_a_pane_that_is_answering_is_a_conflict(harness: EngineHarness):
    before = await stored(harness, "a", "b")
    ids = [pane.id for pane in before.panes]
    problem = await refused(harness, paneIds=ids, busy=frozenset(ids[1:]))
    assert problem.failure.kind == "conflict"
    assert problem.field == "$.paneIds[1]"
    assert "b" in str(problem)


async def test_a_pane_that_is_named_twice_is_a_wrong_argument(harness: EngineHarness):
    pane = (await stored(harness, "a")).panes[0]
    problem = await refused(harness, paneIds=[pane.id, pane.id])
    assert (problem.failure.kind, problem.field) == ("invalid_params", "$.paneIds[1]")


async def test_panes_of_two_sessions_cannot_be_asked_at_once(harness: EngineHarness):
    one, two = await stored(harness, "a"), await stored(harness, "b")
    problem = await refused(harness, paneIds=[one.panes[0].id, two.panes[0].id])
    assert (problem.failure.kind, problem.field) == ("not_found", "$.paneIds[1]")


@pytest.mark.parametrize("params", [{"paneIds": [new_id()]}, {"sessionId": new_id()}], ids=" ".join)
async def test_what_does_not_exist_is_not_found(harness: EngineHarness, params):
    assert (await refused(harness, **params)).failure.kind == "not_found"


@pytest.mark.parametrize("again", [False, True], ids=["follow-up", "regenerate"])
async def test_a_pane_whose_provider_is_no_longer_configured_is_refused_before_anything_is_sent(
    harness: EngineHarness, caller: FakeCaller, monkeypatch, again: bool
):
    result = await answered(harness, caller, models=["script/a", "script/b"])
    monkeypatch.setattr(harness.providers, "names", lambda: ["other"])
    if again:
        asking = harness.regenerate(caller, messageId=result.results[0].message_id)
    else:
        asking = harness.broadcast(caller, paneIds=[result.panes[0].id])
    with pytest.raises(AntiphonError) as caught:
        await asyncio.wait_for(asking, 10)
    assert caught.value.failure.kind == "model_not_found"
    assert len(harness.providers.streams["a"]) == 1


async def test_a_model_of_a_provider_that_is_found_on_looking_is_as_good_as_a_configured_one(
    harness: EngineHarness,
):
    harness.providers.hidden = ["ollama"]
    choice = await choose(harness, models=["script/a"])
    assert harness.providers.discoveries == 0
    choice = await choose(harness, models=["ollama/gemma3:1b", "script/a"])
    assert [pane.model for pane in choice.panes] == ["ollama/gemma3:1b", "script/a"]
    assert harness.providers.discoveries == 1


@pytest.mark.parametrize("model", ["script", "script/"])
async def test_a_provider_without_a_model_is_said_to_be_one(harness: EngineHarness, model: str):
    message = (await refused(harness, models=[model])).failure.message
    assert message == f"{model!r} names a provider and none of its models."


async def test_a_model_of_a_provider_that_is_not_found_either_is_refused(harness: EngineHarness):
    assert (await refused(harness, models=["nobody/a"])).failure.kind == "model_not_found"
    assert harness.providers.discoveries == 1


async def test_a_title_and_a_model_id_have_their_longest(harness: EngineHarness):
    title = {"model": "script/a", "title": "T" * 201}
    problem = await refused(harness, models=["script/a", title])
    assert (problem.failure.kind, problem.field) == ("invalid_params", "$.models[1].title")
    problem = await refused(harness, models=["script/" + "m" * 1_000_000])
    assert (problem.failure.kind, problem.field) == ("invalid_params", "$.models[0]")
    assert len(problem.failure.message) < 100


async def test_a_title_is_one_line_that_drives_no_terminal(harness: EngineHarness):
    title = {"model": "script/a", "title": " Zwei\nZeilen \x1b[31m\u202e"}
    choice = await choose(harness, models=[title])
    assert choice.panes[0].title == "Zwei Zeilen [31m"
