"""A vendor that only litellm reaches: its answers, its thinking, its usage and its faults."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from antiphon.engine.ports.deltas import Reasoning
from antiphon.providers.litellm.adapter import LiteLlm
from support.providers.anthropic_vendor import (
    REFUSALS,
    STREAMS,
    TEXT,
    AnthropicVendor,
    anthropic_vendor,
)
from support.providers.fault_matrix import CANARY, Golden, shown
from support.providers.stream_reading import consume, request_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.usefixtures("worker_kept"),
]


@pytest_asyncio.fixture(loop_scope="session")
async def vendor() -> AsyncIterator[AnthropicVendor]:
    async with anthropic_vendor() as vendor:
        yield vendor


@pytest_asyncio.fixture(loop_scope="session")
async def claude(vendor: AnthropicVendor) -> AsyncIterator[LiteLlm]:
    adapter = LiteLlm("anthropic", vendor.origin, lambda: CANARY)
    yield adapter
    await adapter.aclose()


@pytest.fixture(scope="module")
def table():
    table = Golden(Path(__file__).with_name("golden_anthropic.json"))
    yield table
    table.close()


@pytest.mark.parametrize("model", [*STREAMS, *REFUSALS])
async def test_each_answer_ends_as_the_golden_table_says(model, claude, vendor, table):
    seen = await consume(claude, request_for(model))
    row = {"deltas": [shown(delta) for delta in seen.deltas], "requests": len(vendor.requests)}
    if seen.error is not None:
        failure = seen.error.failure
        row["failure"] = [failure.kind, failure.message, failure.http_status]
        row["retryAfterMs"] = failure.retry_after_ms
    table.check(model, row)
    assert CANARY not in str(row)
    assert vendor.requests[0]["headers"]["x-api-key"] == CANARY


async def test_text_and_thinking_arrive_exactly_and_apart(claude):
    seen = await consume(claude, request_for("claude-thinks"))
    assert seen.text == TEXT
    assert [delta.text for delta in seen.of(Reasoning)] == ["hmm"]


async def test_the_parts_of_usage_are_put_together_in_disjoint_classes(claude):
    seen = await consume(claude, request_for("claude-ok"))
    usage = seen.usage
    assert usage is not None
    assert usage.source == "provider"
    assert (usage.input_tokens, usage.cached_input_tokens, usage.output_tokens) == (8, 3, 5)


async def test_what_was_put_into_the_cache_is_told_apart(claude):
    usage = (await consume(claude, request_for("claude-caches"))).usage
    assert usage is not None
    assert (usage.input_tokens, usage.cached_input_tokens, usage.cache_write_tokens) == (12, 3, 4)


async def test_parameters_go_out_and_what_the_model_does_not_take_is_noted(claude, vendor):
    params = {"temperature": 0.5, "max_tokens": 7, "seed": 3, "frobnicate": True, "stop": ["x"]}
    seen = await consume(claude, request_for("claude-ok", **params))
    body = vendor.requests[0]["body"]
    assert (body["temperature"], body["max_tokens"], body["stop_sequences"]) == (0.5, 7, ["x"])
    assert seen.notes == ["anthropic/claude-ok was not sent: frobnicate, seed"]
    assert "frobnicate" not in body
