"""Answers with status 200 that end oddly: by other words, too early, or by a zero usage.

Rows of OpenAI's dialect and of Gemini's, and plays of both.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from support.faults.stream import Stream, chunk, event
from support.faults.streams import SCENARIOS
from support.faults.vendors import OPENAI_ONLY, ending, gemini

if TYPE_CHECKING:
    from support.faults.streams import Scenario

GONE = {"code": 502, "message": "Upstream went away"}
CALL = {"tool_calls": [{"index": 0, "id": "c", "function": {"name": "f", "arguments": "{}"}}]}


def ends(name: str, *chunks: dict[str, Any], say: bool = True) -> None:
    """An answer in OpenAI's dialect that ends with these chunks and `[DONE]`."""

    async def play(stream: Stream) -> None:
        await stream.head()
        if say:
            await stream.say(stream.text)
        for value in chunks:
            await stream.send(value)
        await stream.finish(None)

    SCENARIOS[f"end-{name}"] = play
    OPENAI_ONLY.add(f"end-{name}")


def choice(reason: object, delta: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A chunk that ends an answer, with more in its choice."""
    return {
        "choices": [{"index": 0, "delta": delta or {}, "finish_reason": reason, **more}],
    }


for word in (
    "insufficient_system_resource",
    "network_error",
    "abort",
    "sensitive",
    "refusal",
    "model_context_window_exceeded",
    "upstream_disconnected",
    "ContentFilter",
    "maxTokens",
):
    ends(word.lower().replace("_", "-"), chunk(None, word))
ends("function-filter", chunk(None, "function_call_filter: MALFORMED_FUNCTION_CALL"), say=False)
ends("native", choice("error", native_finish_reason="network_error"))
ends("native-beside-stop", choice("stop", native_finish_reason="MALFORMED_FUNCTION_CALL"))
ends("error-in-choice", choice("error", native_finish_reason="network_error", error=GONE))
ends("error-in-choice-first", choice("error", error=GONE), say=False)
ends("error-without-word", choice(None, error=GONE))
ends("error-beside-text", {**choice("error", {"content": " more"}), "error": GONE})
ends("error-after-word", chunk(None, "error"), {"error": GONE})
ends("error-first", chunk(None, "error"), say=False)
ends("object", choice({"type": "error"}))
ends("null-words", chunk("-", "null"), chunk("-", "null"), chunk(None, "stop"))
ends("tools", chunk(None, "tool_calls"), say=False)
ends("tools-beside-stop", choice(None, CALL), chunk(None, "stop"), say=False)
ends("no-text", chunk(None, "stop"), say=False)
ends("thinking-only", choice(None, {"reasoning_content": "hmm"}), chunk(None, "length"), say=False)
ends("done-without-word", chunk("-"))

for word in (
    "MALFORMED_FUNCTION_CALL",
    "UNEXPECTED_TOOL_CALL",
    "NO_IMAGE",
    "LANGUAGE",
    "MALFORMED_RESPONSE",
    "OF_TOMORROW",
):
    gemini(f"gemini-{word.lower().replace('_', '-')}", ending(word))
MESSAGE = "Malformed function call: print(default_api.f("
FAILED = {"finishReason": "MALFORMED_FUNCTION_CALL", "finishMessage": MESSAGE, "index": 0}
gemini("gemini-finish-message", {"candidates": [FAILED]}, say=False)
gemini("gemini-other-first", ending("OTHER"), say=False)
gemini("gemini-blocked-other", {"promptFeedback": {"blockReason": "OTHER"}}, say=False)
CALLED = {"content": {"parts": [{"functionCall": {"name": "f", "args": {}}}]}}
gemini("gemini-call-alone", {"candidates": [{**CALLED, "finishReason": "STOP"}]}, say=False)


def early(name: str, *, cut: bool) -> None:
    """An answer whose finish reason comes first, in a chunk of its own, and then again or not."""

    async def play(stream: Stream) -> None:
        await stream.head()
        await stream.send(stream.dialect.end("stop"))
        await asyncio.sleep(0.6)
        await stream.say(stream.text)
        if cut:
            stream.cut()
        else:
            await stream.finish()

    SCENARIOS[name] = play


def with_each(name: str, pause_s: float, *, how: str) -> None:
    """An answer with a finish reason in every chunk, of which the end comes as `how` says."""

    async def play(stream: Stream) -> None:
        await stream.head()
        middle = len(stream.text) // 2
        for text in (stream.text[:middle], *"----", stream.text[middle:]):
            stream.record.tokens += 1
            await stream.send(stream.dialect.last(text, "stop"))
            await asyncio.sleep(pause_s)
            if how == "cut" and text == "-":
                stream.cut()
                return
            if stream.record.tokens == 2 and how == "slow":
                await asyncio.sleep(0.6)  # longer than an adapter of the tests waits at first
        if how == "open":
            await stream.hang()
        await stream.finish(None if how == "done" else "stop")

    SCENARIOS[name] = play


early("finish-early", cut=False)
early("finish-early-cut", cut=True)
with_each("finish-with-each", 0.08, how="ordinary")
with_each("finish-with-each-done", 0.08, how="done")
with_each("finish-with-each-slow", 0.02, how="slow")
with_each("finish-with-each-open", 0.05, how="open")
with_each("finish-with-each-cut", 0.05, how="cut")


def zero_usage(*, after_real: bool) -> Scenario:
    """A good answer whose last usage is one of zero."""

    async def play(stream: Stream) -> None:
        await stream.head()
        await stream.say(stream.text)
        dialect = stream.dialect
        values = dialect.ends("stop", 1 if after_real else None)
        await stream.data(b"".join(event(value) for value in (*values, dialect.zero)))
        await stream.finish(None, with_usage=False)

    return play


SCENARIOS["usage-zero-after-real"] = zero_usage(after_real=True)
SCENARIOS["usage-zero"] = zero_usage(after_real=False)
