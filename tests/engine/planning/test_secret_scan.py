"""Nothing that looks like a key leaves unasked, and nobody is asked about anything else."""

from __future__ import annotations

import asyncio

import pytest

from antiphon.engine.planning.secret_scan import Guard, OutgoingText, summarize_findings
from antiphon.engine.redaction import Redactor
from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.failure import AntiphonError
from support.engine.harness import EngineHarness, FakeCaller, answered, open_harness

KEY = "sk-proj-Zx81kQp0LmN7vTr3WsYd"
OWN = "a-house-key-without-any-shape"


@pytest.fixture
async def harness(tmp_path):
    made = await open_harness(tmp_path / "history.db")
    yield made
    await made.history.aclose()


async def refused(harness: EngineHarness, caller: FakeCaller, **params) -> str:
    with pytest.raises(AntiphonError) as caught:
        async with asyncio.timeout(10):  # what is not refused waits for an answer
            await harness.broadcast(caller, **params)
    assert caught.value.failure.kind == "secrets"
    assert KEY not in caught.value.failure.message + caught.value.failure.hint
    assert harness.providers.streams == {}
    assert await harness.history.sessions(limit=10) == ([], None)
    return caught.value.failure.message


@pytest.mark.parametrize(
    ("params", "place"),
    [
        ({"prompt": f"one\ntwo {KEY}"}, "the prompt line 2 looks like an OpenAI key"),
        ({"system": KEY}, "the system prompt line 1 looks like an OpenAI key"),
        ({"context": [{"uri": ".env"}]}, "context .env line 3 looks like an OpenAI key"),
        (
            {"models": [{"model": "script/a", "params": {"system": KEY}}]},
            "the system prompt line 1 looks like an OpenAI key",
        ),
    ],
)
async def test_each_place_is_named_and_nothing_is_stored_or_sent(harness, params, place):
    caller = FakeCaller()
    caller.context.texts[".env"] = f"# keys\n\nOPENAI_API_KEY={KEY}\n"
    arguments = {"models": ["script/a", "script/b"], **params}
    assert await refused(harness, caller, **arguments) == f"Nothing was sent: {place}."
    assert caller.warned == [place]


async def test_who_says_that_it_may_go_is_obeyed(harness):
    caller = FakeCaller(allows_secrets=True)
    result = await answered(harness, caller, "fine", prompt=f"is {KEY} mine?")
    assert result.status == "complete"
    assert caller.warned == ["the prompt line 1 looks like an OpenAI key"]


async def test_block_asks_nobody_and_off_looks_at_nothing(harness):
    caller = FakeCaller(allows_secrets=True)
    harness.service.guard.mode = "block"
    await refused(harness, caller, prompt=KEY, models=["script/a"])
    assert caller.warned == []
    harness.service.guard.mode = "off"
    assert (await answered(harness, FakeCaller(), "fine", prompt=KEY)).status == "complete"


async def test_a_prompt_without_keys_is_asked_about_by_nobody(harness):
    caller = FakeCaller()
    assert (
        await answered(harness, caller, "fine", prompt="task-force of 2024")
    ).status == "complete"
    assert caller.warned == []


async def test_an_answer_generated_again_by_another_vendor_takes_the_prompts_along(harness):
    caller = FakeCaller(allows_secrets=True)
    result = await answered(harness, caller, "fine", prompt=KEY)
    again = {"message_id": result.results[0].message_id}
    task = asyncio.create_task(harness.regenerate(caller, **again))
    stream = await harness.providers.opened("m0", 2)
    stream.finish()
    again["message_id"] = (await task).results[0].message_id
    assert len(caller.warned) == 1
    careful = FakeCaller()
    harness.providers.known = [*harness.providers.known, "other"]
    with pytest.raises(AntiphonError):
        async with asyncio.timeout(10):
            await harness.regenerate(careful, model="other/m0", **again)
    assert careful.warned == ["the prompt line 1 looks like an OpenAI key"]


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"system": KEY}, "the system prompt line 1 looks like an OpenAI key"),
        ({"context": [{"uri": ".env"}]}, "context .env line 2 looks like an OpenAI key"),
    ],
)
async def test_another_vendor_is_asked_about_all_that_the_first_was_sent(harness, asked, place):
    caller = FakeCaller(allows_secrets=True)
    caller.context.texts[".env"] = f"A=1\nB={KEY}\n"
    first = await answered(harness, caller, "fine", prompt="one", **asked)
    later = asyncio.create_task(harness.broadcast(caller, "two", paneIds=[first.panes[0].id]))
    stream = await harness.providers.opened("m0", 2)
    stream.text("good")
    stream.finish()
    [answer] = (await later).results
    assert caller.warned == [place]
    harness.providers.known = [*harness.providers.known, "other"]
    careful = FakeCaller()
    with pytest.raises(AntiphonError) as caught:
        async with asyncio.timeout(10):
            await harness.regenerate(careful, model="other/m0", message_id=answer.message_id)
    assert caught.value.failure.kind == "secrets"
    assert careful.warned == [place]
    same = asyncio.create_task(harness.regenerate(careful, message_id=answer.message_id))
    (await harness.providers.opened("m0", 3)).finish()
    assert (await same).status == "complete"
    assert careful.warned == [place]


async def test_an_estimate_tells_the_places_and_asks_nobody(harness):

    params = BroadcastParams(prompt=KEY, models=["script/a"])
    caller = FakeCaller()
    result = await harness.broadcaster.estimate(params, caller)
    assert result.warnings == ["the prompt line 1 looks like an OpenAI key"]
    assert caller.warned == []


async def test_keys_of_ones_own_are_found_whatever_they_look_like():
    redactor = Redactor()
    redactor.learn(OWN)
    texts = [OutgoingText("the prompt", f"a\nb\n{OWN} {OWN}"), OutgoingText("the prompt", OWN)]
    assert await Guard(redactor).warnings(texts) == [
        "the prompt line 3 holds one of your keys",
        "the prompt line 1 holds one of your keys",
    ]


async def test_a_long_text_is_looked_through_to_its_end():
    text = "def f(task_key): return 'risk-free'\n" * 50_000 + KEY
    assert await Guard(Redactor()).warnings([OutgoingText("context a", text)]) == [
        "context a line 50001 looks like an OpenAI key"
    ]


def test_many_places_are_counted():
    assert (
        summarize_findings([str(number) for number in range(8)])
        == "0, 1, 2, 3, 4, and 3 more locations"
    )


async def test_a_text_full_of_keys_takes_time_by_its_length():
    redactor = Redactor()
    redactor.learn(OWN)
    found = await Guard(redactor).warnings([OutgoingText("the prompt", f"{OWN}\n" * 100_000)])
    assert found[-1] == "the prompt line 100000 holds one of your keys"
