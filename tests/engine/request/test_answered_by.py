"""The model that a vendor names in its answer is kept with it, if it was not the one asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from antiphon.engine.ports.deltas import AnsweredBy
from antiphon.providers.answers.answering_model import AnsweringModel

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness, FakeCaller


async def test_the_answering_model_is_stored_with_the_answer(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/latest"]))
    stream = await harness.providers.opened("latest")
    stream.play(AnsweredBy("latest-2026-11-01"))
    stream.text("Yes.")
    stream.finish()
    result = await task
    message = await harness.history.message(result.results[0].message_id)
    assert (message.model, message.answered_by) == ("script/latest", "latest-2026-11-01")


def test_only_another_name_than_the_asked_one_is_reported_and_only_once():
    seen = AnsweringModel()
    assert seen.see("gpt-5-2026") == ()  # nobody said what was asked
    seen.asked = "gpt-5"
    assert seen.see(None) == seen.see(7) == seen.see("") == ()
    assert seen.see("gpt-5-2026") == (AnsweredBy("gpt-5-2026"),)
    assert seen.see("gpt-5-2027") == ()
    for same in ("gpt-5", "x" * 300, "a\nb"):
        again = AnsweringModel()
        again.asked = "gpt-5"
        assert again.see(same) == ()
