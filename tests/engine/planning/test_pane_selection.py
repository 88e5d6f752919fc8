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
    from desk import Desk, Person

DEFAULTS = ["script/default"]


async def choose(desk: Desk, busy: frozenset[str] = frozenset(), **params) -> PaneSelection:
    arguments = BroadcastParams.model_validate({"prompt": "Why?", **params})
    chooser = PaneSelector(desk.history, desk.providers, busy.__contains__)
    return await chooser.choose(arguments, params.pop("defaults", DEFAULTS))


async def refused(desk: Desk, **params) -> AntiphonError:
    with pytest.raises(AntiphonError) as caught:
        await choose(desk, **params)
    return caught.value


async def stored(desk: Desk, *models: str) -> PaneSelection:
    """A session with idle panes, in the history."""
    choice = await choose(desk, models=[f"script/{model}" for model in models])
    await desk.history.begin_run(RunStart(new_id(), choice.session, messages=()))
    return choice


async def answered(desk: Desk, person: Person, **params):
    """A broadcast whose streams all end at once."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(desk.broadcast(person, **params))
        for model in ("a", "b"):
            (await desk.providers.opened(model)).finish()
    return task.result()


async def test_models_open_new_panes_of_a_new_session(desk: Desk):
    choice = await choose(desk, models=["script/a", "script/b", "script/a"])
    assert [pane.model for pane in choice.asked] == ["script/a", "script/b", "script/a"]
    assert [pane.title for pane in choice.asked] == ["a", "b", "a-2"]
    assert choice.session.panes == list(choice.asked)
    assert choice.session.title == "Why?"
    assert len({pane.id for pane in choice.asked}) == 3


async def test_a_new_panes_address_leads_to_it(desk: Desk):
    (pane,) = (await choose(desk, models=[{"model": "script/a", "title": "My own: pane"}])).asked
    assert parse_uri(pane.uri) == PaneAddress(pane.session_id, pane.id)
    assert pane.title == "My own: pane"
    assert pane.uri.endswith("/My-own-pane")
    assert is_id(pane.id)


async def test_what_is_particular_to_a_model_stands_over_what_is_general(desk: Desk):
    choice = await choose(
        desk,
        models=["script/a", {"model": "script/b", "params": {"temperature": 0, "topK": 3}}],
        params={"temperature": 1, "maxTokens": 5},
    )
    assert choice.asked[0].params.to_wire() == {"temperature": 1, "maxTokens": 5}
    assert choice.asked[1].params.to_wire() == {"temperature": 0, "maxTokens": 5, "topK": 3}


@pytest.mark.parametrize("models", [None, []])
async def test_where_nothing_is_named_the_default_models_are_asked(desk: Desk, models):
    assert [pane.model for pane in (await choose(desk, models=models)).asked] == DEFAULTS


async def test_where_there_is_no_default_it_is_said_what_to_do(desk: Desk):
    chooser = PaneSelector(desk.history, desk.providers, lambda _: False)
    with pytest.raises(AntiphonError) as caught:
        await chooser.choose(BroadcastParams(prompt="x"), [])
    assert caught.value.failure.kind == "invalid_params"
    assert "models.default" in caught.value.failure.hint
    assert "demo/" in caught.value.failure.hint


async def test_a_session_that_is_named_goes_on_with_all_its_panes(desk: Desk):
    before = await stored(desk, "a", "b")
    choice = await choose(desk, sessionId=before.session.id)
    assert [pane.id for pane in choice.asked] == [pane.id for pane in before.asked]
    assert choice.session.title == before.session.title


async def test_panes_that_are_named_are_asked_in_that_order_and_the_others_stay(desk: Desk):
    before = await stored(desk, "a", "b", "c")
    a, b, c = (pane.id for pane in before.asked)
    choice = await choose(desk, paneIds=[c, a])
    assert [pane.id for pane in choice.asked] == [c, a]
    assert [pane.id for pane in choice.session.panes] == [a, b, c]


async def test_models_beside_panes_open_new_panes_in_the_same_session(desk: Desk):
    before = await stored(desk, "a")
    choice = await choose(desk, paneIds=[before.asked[0].id], models=["script/a"])
    assert [pane.title for pane in choice.asked] == ["a", "a-2"]
    assert choice.asked[1].session_id == before.session.id
    assert len(choice.session.panes) == 2


async def test_models_in_a_session_leave_its_panes_alone(desk: Desk):
    before = await stored(desk, "a")
    choice = await choose(desk, sessionId=before.session.id, models=["script/b"])
    assert [pane.model for pane in choice.asked] == ["script/b"]
    assert [pane.model for pane in choice.session.panes] == ["script/a", "script/b"]


async def test_a_known_sessions_panes_and_new_ones_answer_one_broadcast(desk: Desk, person: Person):
    before = await stored(desk, "a")
    result = await answered(desk, person, paneIds=[before.asked[0].id], models=["script/b"])
    assert [pane.model for pane in result.panes] == ["script/a", "script/b"]
    assert result.status == "complete"


async def test_new_parameters_stay_with_a_pane(desk: Desk):
    before = await stored(desk, "a")
    choice = await choose(desk, paneIds=[before.asked[0].id], params={"temperature": 0})
    assert choice.asked[0].params == choice.session.panes[0].params == Params(temperature=0)


@pytest.mark.parametrize(
    "model", ["", "/", "script", "script/", "nobody/gpt", "script/a\n## You", "script/\x1b[2J"]
)
async def test_a_model_of_no_configured_provider_is_refused_with_the_nearest_names(desk, model):
    problem = await refused(desk, models=["script/a", model])
    assert problem.failure.kind == "model_not_found"
    assert problem.field == "$.models[1]"
    assert problem.failure.hint == "Did you mean script/a or script/b or script/c?"


async def test_a_model_that_its_provider_does_not_list_may_be_asked(desk: Desk):
    assert (await choose(desk, models=["script/brand/new"])).asked[0].title == "brand/new"


async def test_a_pane_that_is_answering_is_a_conflict(desk: Desk):
    before = await stored(desk, "a", "b")
    ids = [pane.id for pane in before.asked]
    problem = await refused(desk, paneIds=ids, busy=frozenset(ids[1:]))
    assert problem.failure.kind == "conflict"
    assert problem.field == "$.paneIds[1]"
    assert "b" in str(problem)


async def test_a_pane_that_is_named_twice_is_a_wrong_argument(desk: Desk):
    pane = (await stored(desk, "a")).asked[0]
    problem = await refused(desk, paneIds=[pane.id, pane.id])
    assert (problem.failure.kind, problem.field) == ("invalid_params", "$.paneIds[1]")


async def test_panes_of_two_sessions_cannot_be_asked_at_once(desk: Desk):
    one, two = await stored(desk, "a"), await stored(desk, "b")
    problem = await refused(desk, paneIds=[one.asked[0].id, two.asked[0].id])
    assert (problem.failure.kind, problem.field) == ("not_found", "$.paneIds[1]")


@pytest.mark.parametrize("params", [{"paneIds": [new_id()]}, {"sessionId": new_id()}], ids=str)
async def test_what_does_not_exist_is_not_found(desk: Desk, params):
    assert (await refused(desk, **params)).failure.kind == "not_found"


@pytest.mark.parametrize("again", [False, True], ids=["follow-up", "regenerate"])
async def test_a_pane_whose_provider_is_no_longer_configured_is_refused_before_anything_is_sent(
    desk: Desk, person: Person, monkeypatch, again: bool
):
    result = await answered(desk, person, models=["script/a", "script/b"])
    monkeypatch.setattr(desk.providers, "names", lambda: ["other"])
    if again:
        asking = desk.regenerate(person, messageId=result.results[0].message_id)
    else:
        asking = desk.broadcast(person, paneIds=[result.panes[0].id])
    with pytest.raises(AntiphonError) as caught:
        await asyncio.wait_for(asking, 10)
    assert caught.value.failure.kind == "model_not_found"
    assert len(desk.providers.streams["a"]) == 1


async def test_a_model_of_a_provider_that_is_found_on_looking_is_as_good_as_a_configured_one(
    desk: Desk,
):
    desk.providers.hidden = ["ollama"]
    choice = await choose(desk, models=["script/a"])
    assert desk.providers.discoveries == 0
    choice = await choose(desk, models=["ollama/gemma3:1b", "script/a"])
    assert [pane.model for pane in choice.asked] == ["ollama/gemma3:1b", "script/a"]
    assert desk.providers.discoveries == 1


async def test_a_model_of_a_provider_that_is_not_found_either_is_refused(desk: Desk):
    assert (await refused(desk, models=["nobody/a"])).failure.kind == "model_not_found"
    assert desk.providers.discoveries == 1


async def test_a_title_and_a_model_id_have_their_longest(desk: Desk):
    title = {"model": "script/a", "title": "T" * 201}
    problem = await refused(desk, models=["script/a", title])
    assert (problem.failure.kind, problem.field) == ("invalid_params", "$.models[1].title")
    problem = await refused(desk, models=["script/" + "m" * 1_000_000])
    assert (problem.failure.kind, problem.field) == ("invalid_params", "$.models[0]")
    assert len(problem.failure.message) < 100


async def test_a_title_is_one_line_that_drives_no_terminal(desk: Desk):
    title = {"model": "script/a", "title": " Zwei\nZeilen \x1b[31m\u202e"}
    choice = await choose(desk, models=[title])
    assert choice.asked[0].title == "Zwei Zeilen [31m"
