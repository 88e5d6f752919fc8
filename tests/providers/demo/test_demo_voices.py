"""The voices answer to the prompt, know what came before, and say what they are."""

from __future__ import annotations

import re
import unicodedata

import pytest

from antiphon.engine.planning.plan import add_context
from antiphon.model.conversation.message import ContextDigest
from antiphon.providers.demo.models import DEMO_MODELS, demo_card, demo_names
from support.providers.demo_audience import QUESTION, hear

SPEAKING = [name for name in demo_names() if name not in {"echo", "stall"}]


@pytest.mark.parametrize("model", SPEAKING)
async def test_a_first_answer_says_plainly_that_it_is_no_language_model(model):
    heard = await hear(model, fault="none")
    assert "no language model" in heard.text.partition("\n")[0]
    assert f"demo/{model}" in heard.text.partition("\n")[0]


@pytest.mark.parametrize("model", demo_names())
def test_so_does_every_card(model):
    description = demo_card("demo", model).description or ""
    assert DEMO_MODELS[model].description in description
    assert "no language model" in description


@pytest.mark.parametrize("model", [name for name in SPEAKING if name != "poet"])
async def test_an_answer_quotes_the_question(model):
    assert QUESTION in (await hear(model, fault="none")).text


@pytest.mark.parametrize("model", [name for name in SPEAKING if name != "poet"])
async def test_a_follow_up_shows_that_the_conversation_is_known(model):
    heard = await hear(model, QUESTION, "And its cook?", "And in winter?", fault="none")
    assert "Earlier you asked “And its cook?”" in heard.text
    assert f"first of all “{QUESTION}”" in heard.text
    assert "now it is “And in winter?”" in heard.text


async def test_the_poet_takes_up_a_word_of_each_question():
    assert "lighthouse" in (await hear("poet")).text
    heard = await hear("poet", QUESTION, "And in winter?")
    assert "It was lighthouse; now it is winter." in heard.text
    assert heard.text.count("\n\n") == 2


async def test_the_coders_program_can_be_compiled_whatever_is_asked():
    for question in (QUESTION, 'Say "hello" \\ to {me}', "```\nquoted", "日本語?"):
        text = (await hear("coder", question)).text
        program = re.search(r"```python\n(.*?)\n```", text, re.DOTALL)
        assert program is not None
        compile(program.group(1), "demo", "exec")
        assert text.count("```") == 2
        assert "|---|" in text


async def test_the_unicode_voice_has_what_breaks_naive_clients():
    text = (await hear("unicode")).text
    assert any(ord(character) > 0xFFFF for character in text)
    assert any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)
    assert any(unicodedata.combining(character) for character in text)
    assert any(unicodedata.east_asian_width(character) == "W" for character in text)
    assert "\u200d" in text


@pytest.mark.parametrize("prompt", ["a\nb  c\t\n", "```x```", "", "  ", "e\u0301👩‍💻", "\x1b[31m"])
async def test_the_echo_repeats_the_prompt_character_by_character(prompt):
    assert (await hear("echo", prompt)).text == prompt


async def test_a_long_prompt_is_quoted_in_short():
    assert "word word …”" in (await hear("terse", "word " * 100)).text
    assert "“What does”" in (await hear("terse", "\n\nWhat does\nthis say?")).text


async def test_context_before_the_prompt_is_not_taken_for_the_question():
    digests = [
        ContextDigest(label=label, uri="file:///x", sha256=label, bytes=1) for label in ("a", "b")
    ]
    texts = {"a": "notes\n```\n\nfenced notes\n", "b": "more notes"}
    prompt = add_context("What does this say?\n```\nmy code\n```\n\n", digests, texts)
    assert "“What does this say?”" in (await hear("terse", prompt)).text


@pytest.mark.parametrize("model", demo_names())
async def test_every_voice_can_go_on_for_as_long_as_it_is_asked_to(model):
    heard = await hear(model, tokens=1_200, fault="none")
    assert heard.usage is not None
    assert heard.usage.output_tokens == 1_200
