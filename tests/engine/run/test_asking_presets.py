"""Presets in what goes on from answers: regenerating, summarizing, sending on, estimating."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from antiphon.engine.planning.pane_selection import Presets
from antiphon.engine.transfer.digest import DigestService
from antiphon.engine.transfer.send import Transfers
from antiphon.model.commands.models import Preset
from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.commands.transfer import MergeParams, SendToParams, SummarizeParams
from antiphon.model.conversation.session import Params
from antiphon.model.failure import AntiphonError
from support.engine.harness import EngineHarness, FakeCaller, answered

STRICT = Preset(model="script/s", title="Strict", system="Be strict.", params=Params(max_tokens=77))


@pytest.fixture(autouse=True)
def presets(harness: EngineHarness) -> None:
    known = Presets({"strict": STRICT, "kind": Preset(model="script/k")})
    harness.service.limits = replace(harness.service.limits, presets=known)


async def regenerated(harness: EngineHarness, message_id: str, model: str, opened: str, **more):
    caller = FakeCaller()
    task = asyncio.create_task(
        harness.regenerate(caller, messageId=message_id, model=model, **more)
    )
    stream = await harness.providers.opened(opened)
    stream.text("Anew.")
    stream.finish()
    return await task, stream.request


async def test_an_answer_by_another_preset_has_its_model_title_system_prompt_and_parameters(
    harness: EngineHarness,
):
    first = await answered(harness, FakeCaller(), "Old.")
    result, request = await regenerated(harness, first.results[0].message_id, "@strict", "s")
    (pane,) = result.panes
    assert (pane.model, pane.title) == ("script/s", "Strict")
    assert (request.turns[0].role, request.turns[0].content) == ("system", "Be strict.")
    assert request.params == {"max_tokens": 77}


async def test_a_title_that_a_preset_gave_follows_the_next_model(harness: EngineHarness):
    first = await answered(harness, FakeCaller(), "Old.")
    by_preset, _ = await regenerated(harness, first.results[0].message_id, "@strict", "s")
    again, _ = await regenerated(harness, by_preset.results[0].message_id, "@kind", "k")
    assert again.panes[0].title == "kind"
    last, _ = await regenerated(harness, again.results[0].message_id, "script/other", "other")
    assert (last.panes[0].title, last.panes[0].model) == ("other", "script/other")


async def test_a_system_prompt_of_the_request_is_used_instead_of_the_presets(
    harness: EngineHarness,
):
    first = await answered(harness, FakeCaller(), "Old.")
    asked = {"params": {"system": "Be kind.", "maxTokens": 5}}
    _, request = await regenerated(harness, first.results[0].message_id, "@strict", "s", **asked)
    assert request.turns[0].content == "Be kind."
    assert request.params == {"max_tokens": 5}


async def test_an_unknown_preset_changes_nothing(harness: EngineHarness):
    first = await answered(harness, FakeCaller(), "Old.")
    with pytest.raises(AntiphonError) as caught:
        await harness.regenerate(
            FakeCaller(), messageId=first.results[0].message_id, model="@stritc"
        )
    assert (caught.value.failure.kind, caught.value.field) == ("model_not_found", "$.model")
    assert "@strict" in caught.value.failure.hint


@pytest.mark.parametrize("kind", ["summary", "merge"])
async def test_a_preset_writes_a_digest_whose_pane_is_named_after_its_type(
    kind, harness: EngineHarness
):
    result = await answered(harness, FakeCaller(), "Two.", "Three.")
    service = DigestService(harness.history, harness.providers, harness.shown, harness.service)
    named = {"paneIds": [pane.id for pane in result.panes], "model": "@strict"}
    if kind == "merge":
        made = service.merge(MergeParams.model_validate(named), FakeCaller())
    else:
        params = SummarizeParams.model_validate({**named, "format": "bullets"})
        made = service.summarize(params, FakeCaller())
    task = asyncio.create_task(made)
    stream = await harness.providers.opened("s")
    stream.text("Short.")
    stream.finish()
    (pane,) = (await task).panes
    assert (pane.model, pane.title, pane.type) == ("script/s", kind, kind)
    assert stream.request.turns[0].content == "Be strict."
    assert stream.request.params == {"max_tokens": 77}


async def test_a_message_is_sent_on_to_a_preset(harness: EngineHarness):
    first = await answered(harness, FakeCaller(), "Two.")
    transfers = Transfers(harness.history, harness.shown, harness.service, changed=lambda *_: None)
    arguments = {"from": {"messageIds": [first.results[0].message_id]}, "mode": "context"}
    sent = await transfers.send(
        SendToParams.model_validate({**arguments, "to": {"models": ["@strict"]}}), FakeCaller()
    )
    assert [(pane.model, pane.title) for pane in sent.panes] == [("script/s", "Strict")]
    messages = await harness.history.messages(pane_id=sent.panes[0].id)
    assert [message.content for message in messages] == ["Be strict.", "Two."]
    wrong = SendToParams.model_validate({**arguments, "to": {"models": ["script/a", "@nobody"]}})
    with pytest.raises(AntiphonError) as caught:
        await transfers.send(wrong, FakeCaller())
    assert caught.value.field == "$.to.models[1]"


async def test_an_estimate_knows_the_model_and_the_limit_of_a_preset(harness: EngineHarness):
    wanted = BroadcastParams(prompt="Why?", models=["@strict", "@kind"])
    panes = (await harness.broadcaster.estimate(wanted, FakeCaller())).panes
    assert [(pane.model, pane.title) for pane in panes] == [
        ("script/s", "Strict"),
        ("script/k", "kind"),
    ]
    assert panes[0].max_output_tokens == 77
    assert panes[0].input_tokens > panes[1].input_tokens
