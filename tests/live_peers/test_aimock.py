"""Every adapter streams from aimock: the text exact, usage and cost, a refusal, a cut.

aimock plays OpenAI, Groq, Gemini and Anthropic at one address from `aimock/fixtures.json`. Its
journal of requests is held against the attempts in the history.
"""

from __future__ import annotations

import asyncio
import json
import urllib.request
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from support.peers.asking import Answer, Way, ask_all

if TYPE_CHECKING:
    from antiphon.model.conversation.events import RetryEvent

FIXTURES = Path(__file__).parent / "aimock" / "fixtures.json"
WAYS = {
    "openai": Way("openai", "/v1", "gpt-4o-mini"),
    "groq": Way("groq", "", "llama-3.1-8b-instant"),
    "gemini": Way("gemini", "", "gemini-2.0-flash"),
    "litellm-openai": Way("litellm", "/v1", "openai/gpt-4o-mini"),
    "litellm-groq": Way("litellm", "/openai/v1", "groq/llama-3.1-8b-instant"),
    "litellm-gemini": Way("litellm", "/v1beta", "gemini/gemini-2.0-flash"),
    "litellm-anthropic": Way("litellm", "", "anthropic/claude-haiku-4-5"),
}
PROMPTS = ("say all", "say halves", "hurry", "be cut")

Answers = dict[tuple[str, str], Answer]


@pytest.fixture(scope="module")
def answers(aimock: str, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return asyncio.run(ask_all(tmp_path_factory.mktemp("asking"), aimock, WAYS, PROMPTS))


@pytest.mark.parametrize("way", WAYS)
def test_the_text_is_exact(way: str, answers: Answers) -> None:
    answer = answers["say all", way]
    assert (answer.result.status, answer.result.failure) == ("complete", None)
    said = json.loads(FIXTURES.read_text("utf-8"))["fixtures"][0]["response"]["content"]
    assert {"\u2028", "\u2029", "\x85", "😀"} <= set(said)
    assert answer.content == said


@pytest.mark.parametrize("way", WAYS)
def test_an_emoji_that_comes_in_two_halves_is_whole(way: str, answers: Answers) -> None:
    """aimock cuts text into pieces as JavaScript counts it: half of a surrogate pair each."""
    assert answers["say halves", way].content == "a😀b👩‍👩‍👧"


@pytest.mark.parametrize("way", [way for way in WAYS if way != "groq"])
def test_usage_and_cost_are_what_the_peer_says(way: str, answers: Answers) -> None:
    result = answers["say all", way].result
    assert (result.usage.input_tokens, result.usage.output_tokens) == (11, 7)
    assert result.usage.source == "provider"
    assert result.cost.amount is not None
    assert Decimal(result.cost.amount) == Decimal("0.000025")


def test_usage_that_the_peer_does_not_send_is_estimated(answers: Answers) -> None:
    """Groq tells of it in a field of its own, unasked; aimock as OpenAI does, and only if asked."""
    result = answers["say all", "groq"].result
    assert result.usage.source == "estimated"
    assert result.usage.output_tokens > 0
    assert result.cost.amount is not None


@pytest.mark.parametrize("way", WAYS)
def test_a_refusal_is_waited_out_for_as_long_as_it_says(way: str, answers: Answers) -> None:
    answer = answers["hurry", way]
    assert (answer.result.status, answer.content) == ("complete", "At last.")
    [retry] = cast("list[RetryEvent]", answer.retries)
    assert retry.failure.kind == "rate_limited"
    assert 1_000 <= retry.delay_ms <= 1_100
    assert answer.attempts == 2


@pytest.mark.parametrize("way", WAYS)
def test_a_stream_that_is_cut_keeps_its_text_and_is_not_asked_again(
    way: str, answers: Answers
) -> None:
    answer = answers["be cut", way]
    assert answer.result.status == "interrupted"
    assert answer.content
    assert "one two three four five six".startswith(answer.content)
    assert answer.attempts == 1


@pytest.mark.parametrize("way", WAYS)
def test_the_peer_counted_as_many_requests_as_the_history(
    way: str, answers: Answers, aimock: str
) -> None:
    journal = get(f"{aimock}/__aimock/journal?testId={way}")
    asked = [request for request in journal if request["method"] == "POST"]
    counted = {
        prompt: sum(prompt in json.dumps(request["body"]) for request in asked)
        for prompt in PROMPTS
    }
    assert counted == {prompt: answers[prompt, way].attempts for prompt in PROMPTS}
    assert len(asked) == sum(counted.values())


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)
