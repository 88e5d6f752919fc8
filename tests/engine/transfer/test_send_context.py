"""What a message brings along into another pane, and that no key goes with it unasked."""

from __future__ import annotations

import pytest

from antiphon.engine.transfer.send import Transfers
from antiphon.model.commands.transfer import SendToParams, SendToResult
from antiphon.model.failure import AntiphonError
from antiphon.model.values.positions import LineStarts
from support.engine.harness import EngineHarness, FakeCaller, answered

KEY = "sk-proj-Zx81kQp0LmN7vTr3WsYd"
FILE = {"uri": "src/ocean.py"}


async def send(
    harness: EngineHarness, source: dict, to: dict, caller: FakeCaller | None = None
) -> SendToResult:
    params = SendToParams.model_validate({"from": source, "to": to, "mode": "context"})
    transfers = Transfers(harness.history, harness.shown, harness.service, changed=lambda *_: None)
    return await transfers.send(params, caller or FakeCaller())


async def asked_with_a_file(harness: EngineHarness, prompt: str, text: str) -> tuple[str, str, str]:
    """The first prompt's document and id, and the id of another pane."""
    caller = FakeCaller(allows_secrets=True)
    caller.context.texts[FILE["uri"]] = text
    result = await answered(harness, caller, "One.", "Two.", prompt=prompt, context=[FILE])
    [prompt_message, _] = await harness.history.messages(pane_id=result.panes[0].id)
    return result.panes[0].uri, prompt_message.id, result.panes[1].id


async def test_a_whole_message_is_sent_with_its_context_and_a_part_of_it_without(
    harness: EngineHarness,
):
    uri, prompt_id, other = await asked_with_a_file(harness, "Which fish?", "whales = 2\n")
    text = await harness.documents.text(uri)
    start = text.index("fish?")
    ends = (LineStarts(text).at(start), LineStarts(text).at(start + len("fish?")))
    first, last = ({"line": line, "character": character} for line, character in ends)
    to = {"paneIds": [other]}

    [whole] = (await send(harness, {"messageIds": [prompt_id]}, to)).messages
    [part] = (
        await send(harness, {"uri": uri, "range": {"start": first, "end": last}}, to)
    ).messages

    original = (await harness.history.message(prompt_id)).context
    assert original is not None
    assert (whole.content, whole.context) == ("Which fish?", original)
    assert (part.content, part.context) == ("fish?", None)


@pytest.mark.parametrize(
    ("prompt", "file", "place"),
    [
        (f"Is\n{KEY} mine?", "x\n", "the transferred message line 2 looks like an OpenAI key"),
        ("Whose is it?", f"A=1\nB={KEY}\n", "context src/ocean.py line 2 looks like an OpenAI key"),
    ],
)
async def test_a_key_that_is_sent_without_asking_a_model_is_asked_about_before_it_is_stored(
    harness: EngineHarness, prompt: str, file: str, place: str
):
    _, prompt_id, other = await asked_with_a_file(harness, prompt, file)
    source, to = {"messageIds": [prompt_id]}, {"paneIds": [other]}
    before = await harness.history.messages(pane_id=other)
    no, yes = FakeCaller(), FakeCaller(allows_secrets=True)

    with pytest.raises(AntiphonError) as caught:
        await send(harness, source, to, no)

    assert (caught.value.failure.kind, no.warned) == ("secrets", [place])
    assert KEY not in f"{caught.value.failure}"
    assert await harness.history.messages(pane_id=other) == before
    [sent] = (await send(harness, source, to, yes)).messages
    assert yes.warned == [place]
    assert [*before, sent] == await harness.history.messages(pane_id=other)


async def test_block_refuses_what_is_sent_without_asking_a_model_too(harness: EngineHarness):
    _, prompt_id, other = await asked_with_a_file(harness, f"Is {KEY} mine?", "x\n")
    before = await harness.history.messages(pane_id=other)
    caller = FakeCaller(allows_secrets=True)
    harness.service.guard.mode = "block"

    with pytest.raises(AntiphonError) as caught:
        await send(harness, {"messageIds": [prompt_id]}, {"paneIds": [other]}, caller)

    assert (caught.value.failure.kind, caller.warned) == ("secrets", [])
    assert await harness.history.messages(pane_id=other) == before
