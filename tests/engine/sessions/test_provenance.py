"""From a place to where it came from, and where it went."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from antiphon.engine.sessions.provenance import Navigation, hover_markdown
from antiphon.engine.transfer.digest import DigestService
from antiphon.engine.transfer.send import Transfers
from antiphon.model.commands.transfer import SendToParams, SummarizeParams
from antiphon.model.conversation.events import Position
from antiphon.model.values.number_format import format_time_with_offset
from antiphon.model.values.positions import LineStarts, offset_at
from antiphon.model.values.uri import MessageAddress, message_uri, parse_uri
from antiphon.model.values.usage import Usage
from support.engine.harness import EngineHarness, FakeCaller, answered, open_harness


def place(text: str, part: str) -> Position:
    line, character = LineStarts(text).at(text.rindex(part))
    return Position(line=line, character=character)


def selection(text: str, part: str) -> dict:
    start = text.rindex(part)
    ends = (LineStarts(text).at(at) for at in (start, start + len(part)))
    first, last = ({"line": line, "character": character} for line, character in ends)
    return {"start": first, "end": last}


async def send(harness: EngineHarness, source: dict, to: dict, **more):
    params = SendToParams.model_validate({"from": source, "to": to, "mode": "context", **more})
    transfers = Transfers(
        harness.history, harness.shown, harness.service, changed=lambda *changes: None
    )
    return await transfers.send(params, FakeCaller())


async def spot_of(harness: EngineHarness, uri: str, part: str):
    navigation = Navigation(harness.history, harness.shown)
    spot = await navigation.find_message(uri, place(await harness.documents.text(uri), part))
    assert spot is not None
    return navigation, spot


async def cut_out(harness: EngineHarness, found) -> str:
    text = await harness.documents.text(found.uri)
    start, end = found.range.start, found.range.end
    return text[offset_at(text, start) : offset_at(text, end)]


async def test_a_transferred_message_leads_to_its_origin_and_back(harness: EngineHarness):
    run = await answered(harness, FakeCaller(), "It is 2.", "It is 3.")
    one, two = run.panes
    await send(harness, {"messageIds": [run.results[0].message_id]}, {"paneIds": [two.id]})
    navigation, spot = await spot_of(harness, two.uri, "It is 2.")
    (origin,) = await navigation.find_origins(spot)
    assert (origin.uri, await cut_out(harness, origin)) == (one.uri, "It is 2.")
    navigation, spot = await spot_of(harness, one.uri, "It is 2.")
    (destination,) = await navigation.find_destinations(spot)
    assert (destination.uri, await cut_out(harness, destination)) == (two.uri, "It is 2.")


@settings(max_examples=12)
@given(
    before=st.text(st.sampled_from("ab \n\r\U0001f600`#"), max_size=12),
    part=st.text(st.sampled_from("xy \n\r\U0001f600~"), min_size=1, max_size=12),
    after=st.text(st.sampled_from("cd \n\r"), max_size=12),
)
async def test_the_definition_of_a_sent_passage_is_that_passage(before, part, after):
    with tempfile.TemporaryDirectory() as folder:
        harness = await open_harness(Path(folder) / "history.db")
        try:
            await send_and_follow(harness, before, part, after)
        finally:
            await harness.history.aclose()


async def send_and_follow(harness: EngineHarness, before: str, part: str, after: str) -> None:
    part = f"\U0001f600{part}z"
    run = await answered(harness, FakeCaller(), f"{before}{part}{after}", "Other.")
    one, two = run.panes
    text = await harness.documents.text(one.uri)
    source = {"uri": one.uri, "range": selection(text, part)}
    sent = await send(harness, source, {"paneIds": [two.id]})
    assert sent.messages[0].content == part
    navigation, spot = await spot_of(harness, two.uri, part)
    (origin,) = await navigation.find_origins(spot)
    assert await cut_out(harness, origin) == part


async def test_what_was_regenerated_is_still_found_as_a_document_of_its_own(harness: EngineHarness):
    run = await answered(harness, FakeCaller(), "Old words.", "Other.")
    one, two = run.panes
    source = run.results[0].message_id
    await send(harness, {"messageIds": [source]}, {"paneIds": [two.id]})
    task = asyncio.create_task(harness.regenerate(FakeCaller(), messageId=source))
    stream = await harness.providers.opened("m0", 2)
    stream.text("New words.")
    stream.finish()
    await task
    assert "Old words." not in await harness.documents.text(one.uri)
    navigation, spot = await spot_of(harness, two.uri, "Old words.")
    (origin,) = await navigation.find_origins(spot)
    assert isinstance(parse_uri(origin.uri), MessageAddress)
    assert await cut_out(harness, origin) == "Old words."


async def test_what_was_deleted_leads_nowhere_and_its_hover_still_says_where_from(
    harness: EngineHarness,
):
    run = await answered(harness, FakeCaller(), "It is 2.")
    task = asyncio.create_task(harness.broadcast(FakeCaller(), models=["script/other"]))
    (await harness.providers.opened("other")).finish()
    other = await task
    source = {"messageIds": [run.results[0].message_id]}
    await send(harness, source, {"paneIds": [other.panes[0].id]})
    await harness.history.library.delete(run.session_id)
    navigation, spot = await spot_of(harness, other.panes[0].uri, "It is 2.")
    assert await navigation.find_origins(spot) == []
    assert "from `script/m0`" in hover_markdown(
        spot, await navigation.trace_provenance(spot.message)
    )


async def test_a_chain_of_transfers_is_told_step_by_step(harness: EngineHarness):
    run = await answered(harness, FakeCaller(), "First.", "Second.", "Third.")
    panes = run.panes
    origin = {"messageIds": [run.results[0].message_id]}
    once = await send(harness, origin, {"paneIds": [panes[1].id]}, note="one")
    step = {"messageIds": [once.messages[0].id]}
    await send(harness, step, {"paneIds": [panes[2].id]}, note="![two](http://x)")
    navigation, spot = await spot_of(harness, panes[2].uri, "First.")
    steps = await navigation.trace_provenance(spot.message)
    assert [step.note for step in steps] == ["![two](http://x)", "one"]
    text = hover_markdown(spot, steps)
    assert text.startswith("**You** · ")
    assert r"\!\[two\]\(http\:\/\/x\)" in text
    assert "which had it from `script/m0`" in text


async def test_a_summary_and_its_sources_lead_to_each_other(harness: EngineHarness):
    run = await answered(harness, FakeCaller(), "Two.", "Three.")
    pane_ids = [pane.id for pane in run.panes]
    digests = DigestService(harness.history, harness.providers, harness.shown, harness.service)
    params = SummarizeParams(pane_ids=pane_ids, format="bullets", model="script/s")
    task = asyncio.create_task(digests.summarize(params, FakeCaller()))
    stream = await harness.providers.opened("s")
    stream.text("In short.")
    stream.finish()
    summary = (await task).panes[0]
    for part in ("In short.", "Sum up"):
        navigation, spot = await spot_of(harness, summary.uri, part)
        assert [await cut_out(harness, each) for each in await navigation.find_origins(spot)] == [
            "Two.",
            "Three.",
        ]
    navigation, spot = await spot_of(harness, run.panes[0].uri, "Two.")
    (destination,) = await navigation.find_destinations(spot)
    assert destination.uri == summary.uri
    assert (await cut_out(harness, destination)).startswith("Sum up")


async def test_the_card_says_who_when_and_at_what_cost(harness: EngineHarness):
    run = await answered(harness, FakeCaller(), "Two.")
    _, spot = await spot_of(harness, run.panes[0].uri, "Two.")
    text = hover_markdown(spot, [])
    assert text.startswith("**`script/m0`** · ")
    assert " · complete" in text
    assert "tokens in, " in text
    assert format_time_with_offset(spot.message.created_at) in text
    assert text.split("\n\n")[1].endswith(" · unpriced")


@pytest.mark.parametrize(
    ("usage", "figures"),
    [
        (Usage(input_tokens=1, output_tokens=2, source="provider"), "1 token in, 2 out · "),
        (
            Usage(input_tokens=1, cached_input_tokens=1, reasoning_tokens=3),
            "about 2 tokens in, 0 out, 3 thinking · ",
        ),
    ],
)
async def test_the_card_counts_what_was_read_written_and_thought(
    harness: EngineHarness, usage, figures
):
    run = await answered(harness, FakeCaller(), "Two.")
    _, spot = await spot_of(harness, run.panes[0].uri, "Two.")
    message = spot.message.model_copy(update={"usage": usage})
    text = hover_markdown(replace(spot, message=message), [])
    assert text.split("\n\n")[1].startswith(figures)


@pytest.mark.parametrize("where", ["start", "end"])
async def test_the_first_and_the_last_place_of_a_document_belong_to_a_message(
    harness: EngineHarness, where
):
    run = await answered(harness, FakeCaller(), "Two.")
    text = await harness.documents.text(run.panes[0].uri)
    line, character = LineStarts(text).at(0 if where == "start" else len(text))
    navigation = Navigation(harness.history, harness.shown)
    spot = await navigation.find_message(run.panes[0].uri, Position(line=line, character=character))
    assert spot is not None
    assert spot.message.role == ("user" if where == "start" else "assistant")


async def test_a_diff_that_was_context_leads_nowhere_and_a_file_to_itself(harness: EngineHarness):
    caller = FakeCaller()
    caller.context.texts.update({"git:diff": "+x\n", "file:///w/a.py": "x\n"})
    items = [{"uri": uri} for uri in caller.context.texts]
    run = await answered(harness, caller, "Fine.", prompt="Review.", context=items)
    navigation, spot = await spot_of(harness, run.panes[0].uri, "Review.")
    found = await navigation.find_origins(spot)
    assert [location.uri for location in found] == ["file:///w/a.py"]


async def test_a_place_in_another_document_is_no_spot(harness: EngineHarness):
    navigation = Navigation(harness.history, harness.shown)
    assert await navigation.find_message("file:///w/a.py", Position(line=0, character=0)) is None


async def test_the_document_of_a_message_is_that_message_from_end_to_end(harness: EngineHarness):
    run = await answered(harness, FakeCaller(), "It is\n2.")
    message_id, pane = run.results[0].message_id, run.panes[0]
    uri = message_uri(run.session_id, pane.id, message_id, "m0")
    _, spot = await spot_of(harness, uri, "2")
    assert spot.message.id == message_id
    assert spot.range == LineStarts("It is\n2.").range(0, 8)
