"""A broadcast from its arguments to its summary, over a real history."""

import asyncio

import pytest

from antiphon.engine.deltas import Connected, Finished, Noted, ProviderError, Reasoning, Text
from antiphon.model.failure import AntiphonError, Failure
from desk import Desk, Person


async def answered(desk: Desk, person: Person, *answers: str, **params):
    """A broadcast to one model an answer, played to its end."""
    models = [f"script/m{index}" for index in range(len(answers))]
    task = asyncio.create_task(desk.broadcast(person, models=models, **params))
    for index, answer in enumerate(answers):
        stream = await desk.providers.opened(f"m{index}")
        stream.text(answer)
        stream.finish()
    return await task


async def test_every_pane_streams_its_own_answer_and_is_summed_up(desk: Desk, person: Person):
    result = await answered(desk, person, "one", "two", "three")

    assert result.status == "complete"
    assert [each.status for each in result.results] == ["complete"] * 3
    for pane, text in zip(result.panes, ["one", "two", "three"], strict=True):
        assert person.sink.types(pane.id)[0] == "start"
        assert person.sink.types(pane.id)[-1] == "final"
        final = person.sink.of(pane.id)[-1]
        assert final.content == text
        assert [event.seq for event in person.sink.of(pane.id)] == list(
            range(1, len(person.sink.of(pane.id)) + 1)
        )


async def test_the_document_is_what_the_client_was_shown(desk: Desk, person: Person):
    result = await answered(desk, person, "# Answer\n\nText\n")

    shown = person.sink.reducer.texts[result.panes[0].id]
    assert shown == await desk.documents.text(result.panes[0].uri)
    assert shown == "## You\n\nHello\n\n## m0\n\n# Answer\n\nText\n"


async def test_what_is_shown_has_been_stored_before(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    stream.text("kept")
    await desk.settled()

    (pane_id,) = person.sink.reducer.texts
    stored = await desk.history.messages(pane_id=pane_id)
    assert stored[-1].content == "kept"
    assert stored[-1].status == "streaming"
    stream.finish()
    await task


async def test_the_same_model_twice_is_two_panes(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a", "script/a"]))
    first, second = [await desk.providers.opened("a", count) for count in (1, 2)]
    first.text("1")
    second.text("2")
    first.finish()
    second.finish()
    result = await task

    assert [pane.title for pane in result.panes] == ["a", "a-2"]
    assert sorted(person.sink.reducer.messages.values()) == ["1", "2"]


async def test_one_models_failure_is_an_event_and_its_siblings_go_on(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a", "script/b"]))
    (await desk.providers.opened("a")).fail("authentication")
    stream = await desk.providers.opened("b")
    stream.text("fine")
    stream.finish()
    result = await task

    assert result.status == "partial"
    assert [each.status for each in result.results] == ["failed", "complete"]
    assert person.sink.types(result.panes[0].id) == ["start", "error"]
    assert result.results[0].failure.kind == "authentication"


async def test_a_stream_that_breaks_after_text_is_interrupted_and_keeps_it(
    desk: Desk, person: Person
):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    stream.text("half an ans")
    stream.fail("network")
    result = await task

    final = person.sink.events[-1]
    assert (final.type, final.status, final.content) == ("final", "interrupted", "half an ans")
    assert final.failure.kind == "network"
    assert len(desk.providers.streams["a"]) == 1, "text has been shown: nothing is sent again"
    assert result.results[0].status == "interrupted"


async def test_an_end_that_was_never_confirmed_is_not_complete(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    stream.text("looks whole.")
    stream.cut()
    result = await task

    assert result.results[0].status == "interrupted"
    assert result.results[0].failure.kind == "malformed_stream"


async def test_a_request_that_brought_no_text_is_sent_again(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    (await desk.providers.opened("a")).fail("server_error", http_status=503)
    second = await desk.providers.opened("a", 2)
    second.text("now")
    second.finish()
    result = await task

    assert result.status == "complete"
    retry = next(event for event in person.sink.events if event.type == "retry")
    assert (retry.attempt, retry.failure.kind) == (2, "server_error")
    assert desk.providers.reports == [("script/a", "server_error"), ("script/a", None)]


async def test_cancelling_one_pane_leaves_the_others(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a", "script/b"]))
    first, second = await desk.providers.opened("a"), await desk.providers.opened("b")
    first.text("so far")
    await desk.settled()
    pane = person.sink.events[0].pane_id
    assert desk.runs.cancel(None, pane) == 1
    await desk.settled()
    assert first.closed
    assert not second.closed
    second.text("whole")
    second.finish()
    result = await task

    assert [each.status for each in result.results] == ["cancelled", "complete"]
    assert result.status == "cancelled"
    assert person.sink.reducer.messages[result.results[0].message_id] == "so far"


@pytest.mark.parametrize("text", ["", "some"])
async def test_cancelling_the_request_ends_every_pane_with_final(
    desk: Desk, person: Person, text: str
):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a", "script/b"]))
    stream = await desk.providers.opened("a")
    await desk.providers.opened("b")
    if text:
        stream.text(text)
    await desk.settled()
    person.cancellation.request()
    result = await task

    assert {each.status for each in result.results} == {"cancelled"}
    assert all(person.sink.types(pane.id)[-1] == "final" for pane in result.panes)
    assert all(stream.closed for each in desk.providers.streams.values() for stream in each)


async def test_a_follow_up_sends_the_panes_own_history(desk: Desk, person: Person):
    first = await answered(desk, person, "red", "blue")
    panes = [pane.id for pane in first.panes]
    task = asyncio.create_task(desk.broadcast(person, "And why?", paneIds=panes))
    for index in range(2):
        stream = await desk.providers.opened(f"m{index}", 2)
        stream.text("because")
        stream.finish()
    result = await task

    assert result.session_id == first.session_id
    turns = desk.providers.streams["m1"][1].request.turns
    assert [(turn.role, turn.content) for turn in turns] == [
        ("user", "Hello"),
        ("assistant", "blue"),
        ("user", "And why?"),
    ]
    for pane in result.panes:
        shown = person.sink.reducer.texts[pane.id]
        assert shown == await desk.documents.text(pane.uri)


async def test_a_running_pane_cannot_be_asked_again(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    await desk.settled()
    pane_id = person.sink.events[0].pane_id
    with pytest.raises(AntiphonError) as refused:
        await desk.broadcast(Person(), "again", paneIds=[pane_id])
    assert refused.value.failure.kind == "conflict"
    stream.text("x")
    stream.finish()
    await task


async def test_regenerating_cuts_the_old_answer_and_keeps_it_in_history(
    desk: Desk, person: Person
):
    first = await answered(desk, person, "old 😀 answer")
    old = first.results[0].message_id
    task = asyncio.create_task(desk.regenerate(person, messageId=old, model="script/other"))
    stream = await desk.providers.opened("other")
    await desk.settled()
    shown = person.sink.reducer.texts[first.panes[0].id]
    assert shown == "## You\n\nHello\n\n## other\n\n"
    assert shown == await desk.documents.text(first.panes[0].uri)
    stream.text("new")
    stream.finish()
    result = await task

    pane = result.panes[0]
    assert (pane.id, pane.model, pane.uri) == (first.panes[0].id, "script/other", first.panes[0].uri)
    assert person.sink.reducer.texts[pane.id] == await desk.documents.text(pane.uri)
    kept = await desk.history.message(old)
    assert (kept.content, kept.superseded) == ("old 😀 answer", True)


async def test_only_the_last_answer_can_be_regenerated(desk: Desk, person: Person):
    first = await answered(desk, person, "one")
    messages = await desk.history.messages(pane_id=first.panes[0].id)
    with pytest.raises(AntiphonError) as refused:
        await desk.regenerate(person, messageId=messages[0].id)
    assert refused.value.failure.kind == "conflict"


async def test_usage_is_the_providers_where_it_gives_it_else_estimated(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/priced", "script/b"]))
    (await desk.providers.opened("priced")).play(Text("x" * 40))
    desk.providers.streams["priced"][0].finish()
    other = await desk.providers.opened("b")
    other.play(Connected(), Text("y" * 40), Finished("eos", "complete"))
    other.cut()
    result = await task

    priced, estimated = result.results
    assert (priced.usage.output_tokens, priced.usage.source) == (5, "provider")
    assert (priced.cost.amount, priced.cost.source) == ("0.000056", "priced")
    assert (estimated.usage.output_tokens, estimated.usage.source) == (10, "estimated")
    assert (estimated.cost.amount, estimated.cost.source) == (None, "unpriced")


async def test_an_answer_without_text_that_finished_is_complete(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    (await desk.providers.opened("a")).finish()
    result = await task
    assert result.results[0].status == "complete"
    assert person.sink.types(result.panes[0].id) == ["start", "final"]


@pytest.mark.parametrize(
    ("reason", "outcome", "status"),
    [("length", "truncated", "truncated"), ("content_filter", "filtered", "filtered")],
)
async def test_the_providers_reason_decides_the_end(
    desk: Desk, person: Person, reason: str, outcome: str, status: str
):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    stream.text("x")
    stream.finish(reason, outcome)
    result = await task
    assert result.results[0].status == status
    assert person.sink.events[-1].finish_reason == reason
    assert person.sink.reducer.texts[result.panes[0].id] == await desk.documents.text(
        result.panes[0].uri
    )


async def test_thinking_is_counted_and_not_shown(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    stream.play(Reasoning("hmm " * 10), Text("so"), Noted("odd"), Finished("stop", "complete"))
    stream.cut()
    result = await task
    assert result.results[0].usage.reasoning_tokens == 10
    assert person.sink.events[-1].content == "so"
    assert person.sink.events[-1].notes == ["odd"]


async def test_context_is_sent_fenced_once_and_remembered_for_follow_ups(
    desk: Desk, person: Person
):
    person.context.texts["file:///a.py"] = "print('```')\n```\n"
    items = [{"uri": "file:///a.py"}]
    first = await answered(desk, person, "ok", context=items)
    sent = desk.providers.streams["m0"][0].request.turns[-1].content
    assert sent == "Context: file:///a.py\n\n````\nprint('```')\n```\n````\n\nHello"
    assert "file:///a.py" in person.sink.reducer.texts[first.panes[0].id]

    task = asyncio.create_task(desk.broadcast(person, "more", paneIds=[first.panes[0].id]))
    stream = await desk.providers.opened("m0", 2)
    stream.finish()
    await task
    assert stream.request.turns[0].content == sent


async def test_a_system_prompt_is_sent_first_and_kept(desk: Desk, person: Person):
    first = await answered(desk, person, "ok", system="Be brief.")
    assert desk.providers.streams["m0"][0].request.turns[0].content == "Be brief."
    task = asyncio.create_task(desk.broadcast(person, "more", paneIds=[first.panes[0].id]))
    stream = await desk.providers.opened("m0", 2)
    stream.finish()
    await task
    assert [turn.role for turn in stream.request.turns] == ["system", "user", "assistant", "user"]


async def test_a_model_that_must_rest_is_not_asked(desk: Desk, person: Person):
    refusal = ProviderError(Failure.of("authentication"), wait_hint="never")
    desk.providers.refusals["script/a"] = refusal
    result = await desk.broadcast(person, models=["script/a"])
    assert result.results[0].failure.kind == "authentication"
    assert not desk.providers.streams["a"]


async def test_streams_of_one_provider_wait_for_a_place(desk: Desk, person: Person):
    desk.providers.concurrency = 1
    task = asyncio.create_task(desk.broadcast(person, models=["script/a", "script/b"]))
    first = await desk.providers.opened("a")
    await desk.settled()
    assert not desk.providers.streams["b"]
    first.finish()
    (await desk.providers.opened("b")).finish()
    result = await task
    assert result.status == "complete"


async def test_a_client_that_stops_reading_gets_everything_later(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    person.sink.open.clear()
    for index in range(200):
        stream.text(f"{index} ")
    stream.finish()
    async with asyncio.timeout(10):
        while True:
            (session,), _ = await desk.history.sessions(limit=1)
            stored = await desk.history.messages(pane_id=session.panes[0].id)
            if stored[-1].status == "complete":
                break
            await asyncio.sleep(0.005)
    person.sink.open.set()
    await task
    whole = "".join(f"{index} " for index in range(200))
    assert stored[-1].content == whole
    assert person.sink.events[-1].content == whole
    assert len(person.sink.batches) < 20, "what waited was merged"


async def test_an_engine_that_is_torn_down_leaves_interrupted_answers(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    stream.text("seen")
    await desk.settled()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (session,), _ = await desk.history.sessions(limit=1)
    last = (await desk.history.messages(pane_id=session.panes[0].id))[-1]
    assert (last.status, last.content, last.error.kind) == ("interrupted", "seen", "interrupted")


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
        ({"models": ["script/a"], "context": [{"uri": "file:///x"}]}, "invalid_params", "$.context"),
    ],
)
async def test_what_is_wrong_is_said_before_anything_is_sent_or_stored(
    desk: Desk, person: Person, params, kind, field
):
    with pytest.raises(AntiphonError) as refused:
        await desk.broadcast(person, **{"prompt": "Hello", **params})
    assert refused.value.failure.kind == kind
    if field:
        assert refused.value.field == field
    assert (await desk.history.sessions(limit=1))[0] == []
    assert not any(desk.providers.streams.values())
    assert person.sink.events == []


async def test_without_models_the_default_ones_are_asked(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person))
    (await desk.providers.opened("default")).finish()
    assert [pane.model for pane in (await task).panes] == ["script/default"]
