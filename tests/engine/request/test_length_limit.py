"""An answer ends where it may go no further, and what came is kept."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.ports.deltas import UsageReport
from antiphon.engine.request.attempt import AnswerLimit
from antiphon.engine.run.settings import BroadcastLimits
from antiphon.model.failure import AntiphonError
from antiphon.model.values.usage import Usage
from support.engine.harness import FakeCaller, open_harness


@given(st.lists(st.text(max_size=8), max_size=8), st.integers(0, 40))
def test_what_is_taken_is_a_beginning_that_fits(pieces, most):
    limit = AnswerLimit(most)
    taken = ""
    for piece in pieces:
        taken += limit.take(piece)
        if limit.passed:
            break
    whole = "".join(pieces).encode("utf-8", "replace").decode("utf-8")
    assert whole.startswith(taken.encode("utf-8", "replace").decode("utf-8"))
    assert len(taken.encode("utf-8", "replace")) <= most
    assert limit.taken_bytes == min(most, len(whole.encode()))
    assert limit.passed == (len(whole.encode()) > most)


@pytest.mark.parametrize(("most", "told"), [(100, "100 bytes"), (16 << 20, "16 MiB")])
def test_the_note_names_the_setting(most, told):
    note = AnswerLimit(most).note
    assert told in note
    assert "limits.maxAnswerBytes" in note


async def test_a_long_answer_is_cut_kept_and_called_truncated(tmp_path):
    harness = await open_harness(tmp_path / "history.db")
    harness.service.limits = BroadcastLimits(frame_s=0.001, max_answer_bytes=10)
    caller = FakeCaller()
    task = asyncio.create_task(harness.broadcast(caller, models=["script/long"]))
    stream = await harness.providers.opened("long")
    stream.play(UsageReport(Usage(input_tokens=7, output_tokens=1, source="provider")))
    stream.text("12345")
    stream.text("6789é and more")
    result = await asyncio.wait_for(task, 10)
    [pane] = result.results
    assert (pane.status, pane.failure) == ("truncated", None)
    message = await harness.history.message(pane.message_id)
    assert (message.content, message.finish_reason) == ("123456789", "answer_limit")
    assert "limits.maxAnswerBytes" in message.notes[0]
    assert pane.usage == Usage(input_tokens=7, output_tokens=3), "more has come than was reported"
    assert stream.closed
    await harness.history.aclose()


@pytest.mark.parametrize(
    ("given", "called", "field"),
    [
        ({"system": "ééé"}, "The system prompt", "$.system"),
        ({"prompt": "ééé"}, "The prompt", "$.prompt"),
    ],
)
async def test_a_prompt_and_a_system_prompt_may_have_as_many_bytes_of_utf8_as_the_limit(
    tmp_path, given, called, field
):
    harness = await open_harness(tmp_path / "history.db")
    harness.service.limits = BroadcastLimits(max_prompt_bytes=5)
    arguments = {"prompt": "hello", "models": ["script/a"], **given}
    with pytest.raises(AntiphonError, match=f"{called} has 6 bytes; 5 are allowed") as caught:
        async with asyncio.timeout(10):
            await harness.broadcast(FakeCaller(), **arguments)
    assert (caught.value.failure.kind, caught.value.field) == ("invalid_params", field)
    harness.service.limits = BroadcastLimits(max_prompt_bytes=6)
    allowed = asyncio.create_task(harness.broadcast(FakeCaller(), **arguments))
    (await harness.providers.opened("a")).finish()
    assert (await allowed).status == "complete"
    await harness.history.aclose()
