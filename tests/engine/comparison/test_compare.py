"""Comparing answers of panes, and answers with files."""

from __future__ import annotations

import asyncio

import pytest

from antiphon.engine.comparison.compare import MOST_CHARACTERS, Comparer
from antiphon.model.commands.comparison import CompareParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from support.engine.harness import EngineHarness, FakeCaller, answered


async def compare(harness: EngineHarness, left: dict, right: dict, **more):
    caller = FakeCaller()
    caller.context.texts.update({"file:///a.py": "print(1)\n"})
    params = CompareParams.model_validate({"left": left, "right": right, **more})
    return await Comparer(harness.history, harness.shown).compare(params, caller.context)


async def test_two_panes_are_compared_by_their_last_answers(harness: EngineHarness):
    one, two = (await answered(harness, FakeCaller(), "It is 2.", "It is 3.")).panes
    result = await compare(harness, {"paneId": one.id}, {"paneId": two.id})
    assert [(piece.op, piece.text) for piece in result.segments] == [
        ("equal", "It is "),
        ("delete", "2"),
        ("insert", "3"),
        ("equal", "."),
    ]
    assert (result.left.label, result.right.label) == ("m0", "m1")
    stats = result.stats
    assert (stats.equal, stats.inserted, stats.deleted) == (7, 1, 1)
    assert result.similarity == round(14 / 16, 4)


async def test_the_documents_of_a_comparison_hold_the_texts_that_were_compared(
    harness: EngineHarness,
):
    one, two = (await answered(harness, FakeCaller(), "It is 2.", "It is 3.")).panes
    result = await compare(harness, {"paneId": one.id}, {"paneId": two.id})
    assert await harness.documents.text(result.left.uri) == "It is 2."
    assert await harness.documents.text(result.right.uri) == "It is 3."


async def test_an_answer_that_was_regenerated_is_compared_with_the_new_one(harness: EngineHarness):
    old = (await answered(harness, FakeCaller(), "Old.")).results[0]
    task = asyncio.create_task(harness.regenerate(FakeCaller(), messageId=old.message_id))
    stream = await harness.providers.opened("m0", 2)
    stream.text("New.")
    stream.finish()
    new = (await task).results[0]
    result = await compare(harness, {"messageId": old.message_id}, {"messageId": new.message_id})
    assert "".join(piece.text for piece in result.segments if piece.op != "insert") == "Old."


async def test_answers_are_compared_while_they_stream(harness: EngineHarness):
    caller = FakeCaller()
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a", "script/b"]))
    first, second = await harness.providers.opened("a"), await harness.providers.opened("b")
    first.text("One and two")
    await harness.settled()
    panes = [live.plan.pane.id for live in harness.runs._panes.values()]
    early = await compare(harness, {"paneId": panes[0]}, {"paneId": panes[1]})
    second.text("One and three")
    await harness.settled()
    later = await compare(harness, {"paneId": panes[0]}, {"paneId": panes[1]})
    first.finish()
    second.finish()
    await task
    assert [piece.op for piece in early.segments] == ["delete"]
    assert later.segments[0].text == "One and "
    assert (later.left.status, later.right.status) == ("streaming", "streaming")


async def test_an_answer_is_compared_with_a_file(harness: EngineHarness):
    pane = (await answered(harness, FakeCaller(), "print(2)\n")).panes[0]
    result = await compare(harness, {"uri": "file:///a.py"}, {"paneId": pane.id})
    assert result.left.label == "file:///a.py"
    assert result.left.status is None
    assert "".join(piece.text for piece in result.segments if piece.op != "insert") == "print(1)\n"


@pytest.mark.parametrize("side", [{}, {"paneId": "x", "messageId": "y"}])
async def test_a_side_is_exactly_one_thing(harness: EngineHarness, side: dict):
    pane = (await answered(harness, FakeCaller(), "Text")).panes[0]
    with pytest.raises(AntiphonError) as caught:
        await compare(harness, {"paneId": pane.id}, side)
    assert caught.value.failure.kind == "invalid_params"
    assert caught.value.field == "$.right"


async def test_a_pane_is_not_compared_with_itself(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "Text")
    pane, message = result.panes[0].id, result.results[0].message_id
    for right in ({"paneId": pane}, {"messageId": message}):
        with pytest.raises(AntiphonError) as caught:
            await compare(harness, {"paneId": pane}, right)
        assert caught.value.failure.message == "Both sides are m0."


async def test_an_answer_without_text_says_why_there_is_nothing_to_compare(harness: EngineHarness):
    task = asyncio.create_task(harness.broadcast(FakeCaller(), models=["script/a", "script/b"]))
    (await harness.providers.opened("a")).fail("bad_request")
    good = await harness.providers.opened("b")
    good.text("Text")
    good.finish()
    failed, answered_pane = (await task).panes
    with pytest.raises(AntiphonError) as caught:
        await compare(harness, {"paneId": answered_pane.id}, {"paneId": failed.id})
    assert "has no text to compare: it is failed" in caught.value.failure.message


async def test_what_does_not_exist_is_not_found(harness: EngineHarness):
    pane = (await answered(harness, FakeCaller(), "Text")).panes[0]
    for right in ({"paneId": new_id()}, {"messageId": new_id()}):
        with pytest.raises(AntiphonError) as caught:
            await compare(harness, {"paneId": pane.id}, right)
        assert caught.value.failure.kind == "not_found"


async def test_a_file_that_cannot_be_read_names_its_side(harness: EngineHarness):
    pane = (await answered(harness, FakeCaller(), "Text")).panes[0]
    with pytest.raises(AntiphonError) as caught:
        await compare(harness, {"uri": "file:///missing"}, {"paneId": pane.id})
    assert caught.value.field == "$.left.uri"


async def test_a_text_that_is_too_long_is_refused_with_what_to_do(harness: EngineHarness):
    pane = (await answered(harness, FakeCaller(), "x" * (MOST_CHARACTERS + 1))).panes[0]
    with pytest.raises(AntiphonError) as caught:
        await compare(harness, {"paneId": pane.id}, {"uri": "file:///a.py"})
    assert "At most 4,194,304 can be compared" in caught.value.failure.message


async def test_the_pairs_that_were_compared_last_are_kept_for_the_next_step(
    harness: EngineHarness,
):
    caller = FakeCaller()
    caller.context.texts.update({f"file:///{number}": f"{number}\n" for number in range(40)})
    comparer = Comparer(harness.history, harness.shown)
    for number in (0, *range(1, 32), 0, 39):
        sides = {"left": {"uri": "file:///38"}, "right": {"uri": f"file:///{number}"}}
        await comparer.compare(CompareParams.model_validate(sides), caller.context)
    kept = [right.removeprefix("file:///") for _, right, _ in comparer._differs]
    assert kept == [*map(str, range(2, 32)), "0", "39"]
