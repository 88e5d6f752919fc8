"""Comparing answers of panes, and answers with files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from desk import Desk, Person, answered, open_desk

from antiphon.engine.comparison.compare import MOST_CHARACTERS, Comparer
from antiphon.model.commands.comparison import CompareParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
async def desk(tmp_path: Path):
    desk = await open_desk(tmp_path / "history.db")
    yield desk
    await desk.history.aclose()


async def compare(desk: Desk, left: dict, right: dict, **more):
    person = Person()
    person.context.texts.update({"file:///a.py": "print(1)\n"})
    params = CompareParams.model_validate({"left": left, "right": right, **more})
    return await Comparer(desk.history, desk.documents).compare(params, person.context)


async def test_two_panes_are_compared_by_their_last_answers(desk: Desk):
    one, two = (await answered(desk, Person(), "It is 2.", "It is 3.")).panes
    result = await compare(desk, {"paneId": one.id}, {"paneId": two.id})
    assert [(piece.op, piece.text) for piece in result.segments] == [
        ("equal", "It is "),
        ("delete", "2"),
        ("insert", "3"),
        ("equal", "."),
    ]
    assert (result.left.label, result.right.label) == ("m0", "m1")
    assert result.stats.equal == 7
    assert result.similarity == round(14 / 16, 4)


async def test_the_documents_of_a_comparison_hold_the_texts_that_were_compared(desk: Desk):
    one, two = (await answered(desk, Person(), "It is 2.", "It is 3.")).panes
    result = await compare(desk, {"paneId": one.id}, {"paneId": two.id})
    assert await desk.documents.text(result.left.uri) == "It is 2."
    assert await desk.documents.text(result.right.uri) == "It is 3."


async def test_an_answer_that_was_regenerated_is_compared_with_the_new_one(desk: Desk):
    old = (await answered(desk, Person(), "Old.")).results[0]
    task = asyncio.create_task(desk.regenerate(Person(), messageId=old.message_id))
    stream = await desk.providers.opened("m0", 2)
    stream.text("New.")
    stream.finish()
    new = (await task).results[0]
    result = await compare(desk, {"messageId": old.message_id}, {"messageId": new.message_id})
    assert "".join(piece.text for piece in result.segments if piece.op != "insert") == "Old."


async def test_answers_are_compared_while_they_stream(desk: Desk):
    person = Person()
    task = asyncio.create_task(desk.broadcast(person, models=["script/a", "script/b"]))
    first, second = await desk.providers.opened("a"), await desk.providers.opened("b")
    first.text("One and two")
    await desk.settled()
    panes = [live.plan.pane.id for live in desk.runs._panes.values()]
    early = await compare(desk, {"paneId": panes[0]}, {"paneId": panes[1]})
    second.text("One and three")
    await desk.settled()
    later = await compare(desk, {"paneId": panes[0]}, {"paneId": panes[1]})
    first.finish()
    second.finish()
    await task
    assert [piece.op for piece in early.segments] == ["delete"]
    assert later.segments[0].text == "One and "
    assert (later.left.status, later.right.status) == ("streaming", "streaming")


async def test_an_answer_is_compared_with_a_file(desk: Desk):
    pane = (await answered(desk, Person(), "print(2)\n")).panes[0]
    result = await compare(desk, {"uri": "file:///a.py"}, {"paneId": pane.id})
    assert result.left.label == "file:///a.py"
    assert result.left.status is None
    assert "".join(piece.text for piece in result.segments if piece.op != "insert") == "print(1)\n"


@pytest.mark.parametrize("side", [{}, {"paneId": "x", "messageId": "y"}])
async def test_a_side_is_exactly_one_thing(desk: Desk, side: dict):
    pane = (await answered(desk, Person(), "Text")).panes[0]
    with pytest.raises(AntiphonError) as caught:
        await compare(desk, {"paneId": pane.id}, side)
    assert caught.value.failure.kind == "invalid_params"
    assert caught.value.field == "$.right"


async def test_a_pane_is_not_compared_with_itself(desk: Desk):
    result = await answered(desk, Person(), "Text")
    pane, message = result.panes[0].id, result.results[0].message_id
    for right in ({"paneId": pane}, {"messageId": message}):
        with pytest.raises(AntiphonError) as caught:
            await compare(desk, {"paneId": pane}, right)
        assert caught.value.failure.message == "Both sides are m0."


async def test_an_answer_without_text_says_why_there_is_nothing_to_compare(desk: Desk):
    task = asyncio.create_task(desk.broadcast(Person(), models=["script/a", "script/b"]))
    (await desk.providers.opened("a")).fail("bad_request")
    good = await desk.providers.opened("b")
    good.text("Text")
    good.finish()
    failed, answered_pane = (await task).panes
    with pytest.raises(AntiphonError) as caught:
        await compare(desk, {"paneId": answered_pane.id}, {"paneId": failed.id})
    assert "has no text to compare: it is failed" in caught.value.failure.message


async def test_what_does_not_exist_is_not_found(desk: Desk):
    pane = (await answered(desk, Person(), "Text")).panes[0]
    for right in ({"paneId": new_id()}, {"messageId": new_id()}):
        with pytest.raises(AntiphonError) as caught:
            await compare(desk, {"paneId": pane.id}, right)
        assert caught.value.failure.kind == "not_found"


async def test_a_file_that_cannot_be_read_names_its_side(desk: Desk):
    pane = (await answered(desk, Person(), "Text")).panes[0]
    with pytest.raises(AntiphonError) as caught:
        await compare(desk, {"uri": "file:///missing"}, {"paneId": pane.id})
    assert caught.value.field == "$.left.uri"


async def test_a_text_that_is_too_long_is_refused_with_what_to_do(desk: Desk):
    pane = (await answered(desk, Person(), "x" * (MOST_CHARACTERS + 1))).panes[0]
    with pytest.raises(AntiphonError) as caught:
        await compare(desk, {"paneId": pane.id}, {"uri": "file:///a.py"})
    assert "4,194,304 can be compared" in caught.value.failure.message
