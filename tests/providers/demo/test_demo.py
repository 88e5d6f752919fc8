"""The demo is a real provider in all but the thinking: the same deltas, in the same order."""

from __future__ import annotations

import subprocess
import sys
from contextlib import aclosing

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.engine.ports.deltas import Connected, Finished, Reasoning, Text, UsageReport
from antiphon.providers.demo.models import demo_card, demo_names
from antiphon.providers.demo.provider import DemoProvider, split_tokens
from support.providers.demo_audience import hear, request

ODD = {"flaky", "cut", "refuses", "stall", "thinker"}
ANSWERING = [name for name in demo_names() if name not in ODD]


@pytest.mark.parametrize("model", ANSWERING)
async def test_an_answer_is_connected_text_usage_and_an_end_in_this_order(model):
    heard = await hear(model)
    kinds = [type(delta) for delta in heard.deltas]
    assert kinds == [Connected, *[Text] * len(heard.texts), UsageReport, Finished]
    assert heard.finished == Finished("stop", "complete")
    assert heard.texts
    assert all(heard.texts)


@pytest.mark.parametrize("model", ANSWERING)
async def test_the_same_request_is_answered_with_the_same_text(model):
    assert (await hear(model)).text == (await hear(model)).text


async def test_another_process_gives_the_same_text():
    program = (
        "import anyio, sys\n"
        "from antiphon.engine.ports import ChatRequest, ChatTurn\n"
        "from antiphon.providers.demo.provider import DemoProvider\n"
        "async def main():\n"
        "    turns = [ChatTurn('user', 'What makes a good lighthouse keeper?')]\n"
        "    request = ChatRequest('chatty', turns, {'tokensPerSecond': 0})\n"
        "    async for delta in DemoProvider().stream(request):\n"
        "        sys.stdout.buffer.write(getattr(delta, 'text', '').encode())\n"
        "anyio.run(main)\n"
    )
    with anyio.fail_after(10):
        done = await anyio.run_process([sys.executable, "-c", program], stderr=subprocess.PIPE)
    assert done.stdout.decode() == (await hear("chatty")).text


async def test_another_seed_gives_another_wording():
    texts = {(await hear("chatty", seed=seed)).text for seed in range(5)}
    assert len(texts) == 5


async def test_the_answer_has_as_many_tokens_as_were_asked_for():
    for tokens in (1, 7, 500):
        heard = await hear("terse", tokens=tokens)
        assert heard.usage is not None
        assert heard.usage.output_tokens == tokens
        assert heard.finished == Finished("stop", "complete")


async def test_max_tokens_truncates_the_answer_and_says_so():
    whole = await hear("chatty")
    heard = await hear("chatty", max_tokens=10)
    assert heard.finished == Finished("length", "truncated")
    assert whole.text.startswith(heard.text)
    assert heard.usage is not None
    assert heard.usage.output_tokens == 10


async def test_an_answer_that_just_fits_is_not_truncated():
    whole = await hear("terse")
    assert whole.usage is not None
    heard = await hear("terse", max_tokens=whole.usage.output_tokens)
    assert heard.finished == Finished("stop", "complete")


async def test_usage_is_the_providers_own_count():
    heard = await hear("echo", "one two", "three four five")
    assert heard.usage is not None
    assert heard.usage.source == "provider"
    assert (heard.usage.input_tokens, heard.usage.output_tokens) == (7, 3)


async def test_speed_is_kept_by_deadlines_and_one_wake_up_sends_one_text(time):
    provider = DemoProvider(clock=time, sleep=time.sleep)
    started = time.now
    heard = await hear("chatty", provider=provider, tokensPerSecond=10, tokens=100)
    assert time.now - started == pytest.approx(10)
    assert len(heard.texts) == len(time.slept) == 100


async def test_a_late_wake_up_sends_all_that_is_due_and_loses_no_time(time):
    time.lateness = 1.0
    provider = DemoProvider(clock=time, sleep=time.sleep)
    started = time.now
    heard = await hear("chatty", provider=provider, tokensPerSecond=10, tokens=100)
    assert time.now - started < 11.2
    assert len(heard.texts) == len(time.slept) <= 11
    assert heard.text == (await hear("chatty", tokens=100)).text


async def test_the_flood_gives_way_to_the_loop():
    turns = 0
    done = anyio.Event()

    async def count_turns() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as group:
        group.start_soon(count_turns)
        heard = await hear("flood")
        done.set()
    assert heard.usage is not None
    assert heard.usage.output_tokens == 2_000
    assert turns >= len(heard.texts) >= 2_000 / 64


@pytest.mark.parametrize(("model", "params"), [("slow", {"tokensPerSecond": 0.001}), ("stall", {})])
async def test_cancelling_is_immediate(model, params):
    connected = anyio.Event()

    async def listen() -> None:
        async for _ in DemoProvider().stream(request(model, **params)):
            connected.set()

    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(listen)
            await connected.wait()
            group.cancel_scope.cancel()


async def test_closing_the_iterator_in_mid_answer_ends_it():
    async with aclosing(DemoProvider().stream(request("chatty"))) as stream:
        async for delta in stream:
            if isinstance(delta, Text):
                break
    assert [delta async for delta in stream] == []


async def test_an_unknown_model_is_refused_with_the_nearest_names():
    heard = await hear("chaty")
    assert heard.kind == "model_not_found"
    assert heard.error is not None
    assert heard.error.failure.hint.startswith("Try demo/chatty")


@settings(deadline=None)
@given(st.text())
def test_tokens_joined_are_the_text(text):
    assert "".join(split_tokens([text])) == text


async def test_the_thinker_thinks_before_its_text_and_counts_it_apart():
    heard = await hear("thinker")
    kinds = [type(delta) for delta in heard.deltas]
    first_text = kinds.index(Text)
    assert set(kinds[1:first_text]) == {Reasoning}
    assert Reasoning not in kinds[first_text:]
    thought = "".join(delta.text for delta in heard.deltas if isinstance(delta, Reasoning))
    assert "I am a script" in thought
    (reported,) = [delta for delta in heard.deltas if isinstance(delta, UsageReport)]
    assert reported.usage.reasoning_tokens == len(list(split_tokens([thought])))
    assert demo_card("demo", "thinker").capabilities == ["reasoning"]
