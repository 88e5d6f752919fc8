"""Answers that one dialect alone has: OpenAI's and Groq's own, and Gemini's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.faults.stream import chunk, event, usage
from support.faults.streams import SCENARIOS, between

if TYPE_CHECKING:
    from support.faults.stream import Stream
    from support.faults.streams import Scenario

OPENAI_ONLY = {"groq-usage", "no-reasoning-effort", "no-stream-options", "reasoning-parts"}
"""Names of `SCENARIOS` that say nothing in Gemini's dialect."""

between(
    "reasoning-parts",
    [
        event({"choices": [{"delta": {"content": [{"type": "thinking", "thinking": "hmm"}]}}]}),
        event({"choices": [{"delta": {"content": [{"type": "text", "text": "-"}]}}]}),
    ],
)


async def groq_usage(stream: Stream) -> None:
    await stream.head()
    await stream.say(stream.text)
    await stream.send(chunk(None, "stop", x_groq={"usage": usage(1)}))
    await stream.finish(None, with_usage=False)


def refusing(field: str) -> Scenario:
    """An endpoint that does not know a field of the request."""

    async def play(stream: Stream) -> None:
        if field in stream.record.body:
            body = json.dumps({"error": {"message": f"Unrecognized argument: {field}"}})
            await stream.answer(400, body.encode(), "application/json")
        else:
            await SCENARIOS["ok"](stream)

    return play


SCENARIOS["groq-usage"] = groq_usage
SCENARIOS["no-stream-options"] = refusing("stream_options")
SCENARIOS["no-reasoning-effort"] = refusing("reasoning_effort")


def gemini(name: str, *values: dict[str, Any], say: bool = True) -> None:
    """An answer in Gemini's dialect that ends with these chunks."""

    async def play(stream: Stream) -> None:
        await stream.head()
        if say:
            await stream.say(stream.text)
        for value in values:
            await stream.send(value)
        await stream.finish(None, with_usage=False)

    GEMINI_SCENARIOS[name] = play


def ending(reason: str) -> dict[str, Any]:
    return {"candidates": [{"finishReason": reason, "index": 0}]}


GEMINI_SCENARIOS: dict[str, Scenario] = {}
for word in ("RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "OTHER"):
    gemini(f"gemini-{word.lower().replace('_', '-')}", ending(word))
gemini("gemini-unspecified", ending("FINISH_REASON_UNSPECIFIED"))
gemini("gemini-blocked", {"promptFeedback": {"blockReason": "SAFETY"}}, say=False)
gemini("gemini-call", {"candidates": [{"content": {"parts": [{"functionCall": {"name": "f"}}]}}]})
gemini(
    "gemini-parts",
    {
        "candidates": [
            {
                "content": {
                    "parts": [
                        {"text": "first I ", "thought": True},
                        {"text": "think", "thought": True},
                        {"text": "then "},
                        None,
                        {"inlineData": {"mimeType": "image/png", "data": "AA=="}},
                        {"text": "say"},
                    ]
                },
                "finishReason": "STOP",
            }
        ]
    },
    say=False,
)


def lacking(field: str, words: str) -> Scenario:
    """A model that does not have what a field of the request wants of it."""

    async def play(stream: Stream) -> None:
        body = stream.record.body
        if field in body or field in body.get("generationConfig", {}):
            error = {"code": 400, "message": words, "status": "INVALID_ARGUMENT"}
            await stream.answer(400, json.dumps({"error": error}).encode(), "application/json")
        else:
            await SCENARIOS["ok"](stream)

    return play


GEMINI_SCENARIOS["gemma-no-system"] = lacking(
    "systemInstruction", "Developer instruction is not enabled for models/gemma-no-system"
)
GEMINI_SCENARIOS["gemini-2.5-flash-no-thinking"] = lacking(
    "thinkingConfig", "Thinking is not enabled for models/gemini-2.5-flash-no-thinking"
)

GEMINI_SCENARIOS["gemini-no-penalty"] = lacking(
    "presencePenalty", "Penalty is not enabled for models/gemini-no-penalty"
)


async def bare_error(stream: Stream) -> None:
    """An error in lines that are no event, as Google's own front end writes it."""
    await stream.head()
    await stream.say(stream.text)
    await stream.data(b'{\n  "error": {\n    "code": 503,\n    "status": "UNAVAILABLE"\n  }\n}\n')
    await stream.finish(None, with_usage=False)


async def json_array(stream: Stream) -> None:
    """What comes where the request did not ask for events."""
    body = b'[{"candidates": [{"content": {"parts": [{"text": "hi"}]}}]}]'
    await stream.answer(200, body, "application/json")


GEMINI_SCENARIOS["gemini-bare-error"] = bare_error
GEMINI_SCENARIOS["gemini-json-array"] = json_array


def pages(*, endless: bool) -> Scenario:
    """A list of models in pages; the first names the second."""

    async def play(stream: Stream) -> None:
        last = "pageToken" in stream.record.path
        page: dict[str, Any] = {"models": [{"name": "models/two" if last else "models/one"}]}
        if endless or not last:
            page["nextPageToken"] = "a b"
        await stream.answer(200, json.dumps(page).encode(), "application/json")

    return play


GEMINI_SCENARIOS["gemini-pages"] = pages(endless=False)
GEMINI_SCENARIOS["gemini-endless-pages"] = pages(endless=True)
