"""Each fault of the demo looks like the real one."""

from __future__ import annotations

import anyio
import pytest

from antiphon.engine.ports.deltas import Connected, ProviderError
from antiphon.providers.demo.faults import fault_names, refusal
from antiphon.providers.demo.provider import DemoProvider
from support.providers.demo_audience import Heard, hear, request

BEFORE_HEADERS = [
    ("rate_limited", 429),
    ("authentication", 401),
    ("permission", 403),
    ("quota", 429),
    ("bad_request", 400),
    ("context_length", 400),
    ("content_filter", 400),
    ("overloaded", 529),
    ("server_error", 500),
    ("network", None),
]


async def listen_until_silent(model: str, **params: object) -> Heard:
    """Everything before a silence; the test fails where the stream ends by itself."""
    heard = Heard()
    ended = anyio.Event()

    async def listen() -> None:
        async for delta in DemoProvider().stream(request(model, **params)):
            heard.deltas.append(delta)
        ended.set()

    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(listen)
            await anyio.wait_all_tasks_blocked()
            assert not ended.is_set()
            group.cancel_scope.cancel()
    return heard


@pytest.mark.parametrize(("fault", "status"), BEFORE_HEADERS)
async def test_a_fault_before_the_first_token_comes_instead_of_the_headers(fault, status):
    heard = await hear("terse", fault=fault)
    assert heard.error is not None
    assert heard.deltas == []
    assert (heard.kind, heard.error.failure.http_status) == (fault, status)
    assert heard.error.failure.provider == "demo"


@pytest.mark.parametrize(("fault", "_status"), BEFORE_HEADERS)
async def test_a_fault_after_some_tokens_comes_after_exactly_these(fault, _status):
    whole = await hear("chatty", tokens=12)
    heard = await hear("chatty", fault=fault, faultAfter=12)
    assert heard.connected
    assert heard.text == whole.text
    assert (heard.kind, heard.finished) == (fault, None)


def test_every_fault_is_tried_here():
    tried = {fault for fault, _ in BEFORE_HEADERS}
    own = {"none", "rate_limited_once", "cut", "stall", "stall_headers", "no_finish"}
    assert set(fault_names()) == tried | own
    assert refusal("none", "demo") is None


async def test_flaky_is_limited_once_with_a_time_to_wait_and_then_answers():
    provider = DemoProvider()
    first = await hear("flaky", provider=provider)
    second = await hear("flaky", provider=provider)
    assert first.error is not None
    assert (first.kind, first.error.failure.retry_after_ms) == ("rate_limited", 1_000)
    assert (second.error, bool(second.text)) == (None, True)


async def test_flaky_counts_each_conversation_by_itself_and_begins_anew():
    provider = DemoProvider()
    kinds = [
        (await hear("flaky", question, provider=provider)).kind
        for question in ("a", "b", "b", "a", "a")
    ]
    assert kinds == ["rate_limited", "rate_limited", None, None, "rate_limited"]


async def test_flaky_remembers_only_so_many_conversations():
    provider = DemoProvider()
    for number in range(300):
        await hear("flaky", str(number), provider=provider)
    assert (await hear("flaky", "0", provider=provider)).kind == "rate_limited"
    assert (await hear("flaky", "299", provider=provider)).kind is None


async def test_cut_breaks_off_in_mid_sentence():
    heard = await hear("cut")
    assert (heard.kind, heard.finished) == ("interrupted", None)
    assert heard.text.endswith("because")


async def test_refuses_refuses_every_time():
    provider = DemoProvider()
    for _ in range(2):
        assert (await hear("refuses", provider=provider)).kind == "authentication"


async def test_stall_falls_silent_in_mid_sentence():
    heard = await listen_until_silent("stall")
    assert heard.text.endswith("has passed")
    assert (heard.finished, heard.usage) == (None, None)


async def test_stalls_can_begin_at_any_point():
    assert (await listen_until_silent("terse", fault="stall_headers")).deltas == []
    assert (await listen_until_silent("terse", fault="stall")).deltas == [Connected()]
    heard = await listen_until_silent("terse", fault="stall", faultAfter=5)
    assert heard.text == (await hear("terse", tokens=5)).text


async def test_no_finish_sends_all_and_never_says_that_it_is_over():
    heard = await hear("terse", fault="no_finish")
    assert heard.text == (await hear("terse")).text
    assert (heard.error, heard.finished, heard.usage) == (None, None, None)


async def test_a_fault_can_be_switched_off():
    for model in ("cut", "refuses", "flaky", "stall"):
        assert (await hear(model, fault="none")).finished is not None


async def test_another_fault_than_its_own_comes_before_the_headers():
    heard = await hear("cut", fault="authentication")
    assert (heard.kind, heard.deltas) == ("authentication", [])


async def test_an_unknown_fault_is_refused_with_the_known_ones():
    heard = await hear("terse", fault="earthquake")
    assert isinstance(heard.error, ProviderError)
    assert heard.kind == "bad_request"
    assert "rate_limited_once" in heard.error.failure.message
