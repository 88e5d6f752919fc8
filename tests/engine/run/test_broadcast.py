"""A broadcast from its arguments to its summary, over a real history."""

import asyncio

import pytest

from antiphon.model.failure import AntiphonError
from support.engine.harness import EngineHarness, FakeCaller, answered


async def test_every_pane_streams_its_own_answer_and_is_summed_up(
    harness: EngineHarness, caller: FakeCaller
):
    result = await answered(harness, caller, "one", "two", "three")

    assert result.status == "complete"
    assert [each.status for each in result.results] == ["complete"] * 3
    for pane, text in zip(result.panes, ["one", "two", "three"], strict=True):
        assert caller.sink.types(pane.id)[0] == "start"
        assert caller.sink.types(pane.id)[-1] == "final"
        final = caller.sink.of(pane.id)[-1]
        assert final.content == text
        assert [event.seq for event in caller.sink.of(pane.id)] == list(
            range(1, len(caller.sink.of(pane.id)) + 1)
        )


async def test_the_document_is_what_the_client_was_shown(
    harness: EngineHarness, caller: FakeCaller
):
    result = await answered(harness, caller, "# Answer\n\nText\n")

    shown = caller.sink.reducer.texts[result.panes[0].id]
    assert shown == await harness.documents.text(result.panes[0].uri)
    assert shown == "## You\n\nHello\n\n## m0\n\n# Answer\n\nText\n"


async def test_what_is_shown_has_been_stored_before(harness: EngineHarness, caller: FakeCaller):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    stream.text("kept")
    await harness.settled()

    (pane_id,) = caller.sink.reducer.texts
    stored = await harness.history.messages(pane_id=pane_id)
    assert stored[-1].content == "kept"
    assert stored[-1].status == "streaming"
    stream.finish()
    await task


async def test_the_same_model_twice_is_two_panes(harness: EngineHarness, caller: FakeCaller):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a", "script/a"]))
    first, second = [await harness.providers.opened("a", count) for count in (1, 2)]
    first.text("1")
    second.text("2")
    first.finish()
    second.finish()
    result = await task

    assert [pane.title for pane in result.panes] == ["a", "a#2"]
    assert sorted(caller.sink.reducer.messages.values()) == ["1", "2"]


async def test_cancelling_one_pane_leaves_the_others(harness: EngineHarness, caller: FakeCaller):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a", "script/b"]))
    first, second = await harness.providers.opened("a"), await harness.providers.opened("b")
    first.text("so far")
    await harness.settled()
    pane = caller.sink.events[0].pane_id
    assert harness.runs.cancel(None, pane) == 1
    await first.ended()
    assert not second.closed
    second.text("whole")
    second.finish()
    result = await task

    assert [each.status for each in result.results] == ["cancelled", "complete"]
    assert result.status == "cancelled"
    assert caller.sink.reducer.messages[result.results[0].message_id] == "so far"


@pytest.mark.parametrize("text", ["", "some"])
async def test_cancelling_the_request_ends_every_pane_with_final(
    harness: EngineHarness, caller: FakeCaller, text: str
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a", "script/b"]))
    stream = await harness.providers.opened("a")
    await harness.providers.opened("b")
    if text:
        stream.text(text)
    await harness.settled()
    caller.cancellation.request()
    result = await task

    assert {each.status for each in result.results} == {"cancelled"}
    assert all(caller.sink.types(pane.id)[-1] == "final" for pane in result.panes)
    assert all(stream.closed for each in harness.providers.streams.values() for stream in each)


async def test_streams_of_one_provider_wait_for_a_place(harness: EngineHarness, caller: FakeCaller):
    harness.providers.concurrency = 1
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a", "script/b"]))
    first = await harness.providers.opened("a")
    await harness.settled()
    assert not harness.providers.streams["b"]
    first.finish()
    (await harness.providers.opened("b")).finish()
    result = await task
    assert result.status == "complete"


async def test_a_client_that_stops_reading_gets_everything_later(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    caller.sink.open.clear()
    for index in range(200):
        stream.text(f"{index} ")
    stream.finish()
    async with asyncio.timeout(10):
        while True:
            (session,), _ = await harness.history.sessions(limit=1)
            stored = await harness.history.messages(pane_id=session.panes[0].id)
            if stored[-1].status == "complete":
                break
            await asyncio.sleep(0.005)
    caller.sink.open.set()
    await task
    whole = "".join(f"{index} " for index in range(200))
    assert stored[-1].content == whole
    assert caller.sink.events[-1].content == whole
    assert len(caller.sink.batches) < 20, "what waited was merged"


@pytest.mark.parametrize(
    ("params", "kind", "field"),
    [
        ({"prompt": "  \n"}, "invalid_params", "$.prompt"),
        ({"prompt": "x" * 2_000_000}, "invalid_params", "$.prompt"),
        ({"models": ["nowhere/x"]}, "model_not_found", "$.models[0]"),
        ({"models": ["script/a", "script/"]}, "model_not_found", "$.models[1]"),
        ({"models": ["script/a"] * 51}, "invalid_params", "$.models"),
        ({"paneIds": ["01M821QERBVXJMAH5GM5CWVTSP"]}, "not_found", None),
        ({"sessionId": "01M821QERBVXJMAH5GM5CWVTSP"}, "not_found", None),
        (
            {"models": ["script/a"], "context": [{"uri": "file:///x"}]},
            "invalid_params",
            "$.context[0]",
        ),
    ],
)
async def test_what_is_wrong_is_said_before_anything_is_sent_or_stored(
    harness: EngineHarness, caller: FakeCaller, params, kind, field
):
    with pytest.raises(AntiphonError) as refused:
        await harness.broadcast(caller, **{"prompt": "Hello", **params})
    assert refused.value.failure.kind == kind
    if field:
        assert refused.value.field == field
    assert (await harness.history.sessions(limit=1))[0] == []
    assert not any(harness.providers.streams.values())
    assert caller.sink.events == []


async def test_without_models_the_default_ones_are_asked(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(harness.broadcast(caller))
    (await harness.providers.opened("default")).finish()
    assert [pane.model for pane in (await task).panes] == ["script/default"]
