"""What the fault server can do, by the model's name.

A plain name is an entry of `REFUSALS` or of `SCENARIOS`; in Gemini's dialect of `GEMINI_REFUSALS`,
`GEMINI_SCENARIOS` or `SCENARIOS`. Names with figures:

    NAME-then-ok     NAME for the first request under its tag, `ok` from then on
    flood-N          N tokens at full rate
    paced-N-R        N tokens at R a second
    gate-K-N         K tokens, then nothing until /_release, then the rest of N
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING

from support.faults import ends as fault_ends  # noqa: F401 - enters its scenarios
from support.faults.answers import SCENARIOS
from support.faults.dialects import GEMINI, OPENAI, Dialect
from support.faults.google import GEMINI_REFUSALS
from support.faults.stream import Stream, event, framed
from support.faults.vendors import GEMINI_SCENARIOS, OPENAI_ONLY

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.streams import Scenario


def scenario_for(model: str, times: int, dialect: Dialect = OPENAI) -> Scenario:
    """The scenario of a model that is asked for the given time under its tag."""
    first, then_ok, _ = model.partition("-then-ok")
    if then_ok:
        return scenario_for(first, 1, dialect) if times == 1 else SCENARIOS["ok"]
    for pattern, make in FIGURED.items():
        if found := re.fullmatch(pattern, model):
            return make(*map(int, found.groups()))
    refusals, scenarios = PLAYS[dialect.name]
    if model in refusals:
        return refusal(*refusals[model])
    return scenarios.get(model, unknown)


def names_in(dialect: Dialect) -> set[str]:
    """Every plain name of a dialect."""
    refusals, scenarios = PLAYS[dialect.name]
    return {*refusals, *scenarios}


def error(message: str, kind: str, code: str | None = None) -> bytes:
    """An error body in OpenAI's shape."""
    return json.dumps({"error": {"message": message, "type": kind, "code": code}}).encode()


RETRY_IN = {"Retry_After": "1"}
REFUSALS: dict[str, tuple[int, bytes, dict[str, str]]] = {
    "s400": (400, error("Bad\nparameter 'foo'", "invalid_request_error"), {}),
    "s400ctx": (400, error("Too long", "invalid_request_error", "context_length_exceeded"), {}),
    "s400ctxwords": (400, b'{"detail": "This model\'s maximum context length is 4096"}', {}),
    "s401": (401, error("Incorrect API key: sk-abc***wxyz", "x", "invalid_api_key"), {}),
    "s402": (402, error("Insufficient Balance", "unknown_error"), {}),
    "s403": (403, error("Country not supported", "request_forbidden"), {}),
    "s404": (404, error("The model `s404` does not exist", "x", "model_not_found"), {}),
    "s404path": (404, b"<h1>Not Found</h1>", {}),
    "s405": (405, b"", {}),
    "s408": (408, error("Request timed out", "timeout"), {}),
    "s409": (409, error("Conflict", "conflict"), {}),
    "s413": (413, b"<html>413 Request Entity Too Large</html>", {}),
    "s413ctx": (413, error("Limit 6000, requested 9000", "tokens", "rate_limit_exceeded"), {}),
    "s422": (422, b'{"detail": [{"loc": ["body"], "msg": "Extra inputs", "type": "x"}]}', {}),
    "s429": (429, error("Too many requests", "requests", "rate_limit_exceeded"), {}),
    "s429ra1": (429, error("Too many requests", "requests", "rate_limit_exceeded"), RETRY_IN),
    "s429left": (
        429,
        error("Limit reached", "tokens", "rate_limit_exceeded"),
        {
            "X_Ratelimit_Remaining_Requests": "99",
            "X_Ratelimit_Reset_Requests": "2m59.56s",
            "X_Ratelimit_Remaining_Tokens": "0",
            "X_Ratelimit_Reset_Tokens": "7.66s",
        },
    ),
    "s429ra300": (429, error("Slow down", "requests"), {"Retry_After": "300"}),
    "s429ms": (429, error("Slow down", "requests"), {"Retry_After_Ms": "250", "Retry_After": "9"}),
    "s429date": (
        429,
        error("Slow down", "requests"),
        {"Retry_After": "Wed, 01 Jan 2025 00:00:07 GMT", "Date": "Wed, 01 Jan 2025 00:00:00 GMT"},
    ),
    "s429quota": (429, error("You exceeded your quota", "x", "insufficient_quota"), {}),
    "s429tokens": (429, error("Limit reached", "tokens", "rate_limit_exceeded"), {}),
    "s498": (498, error("Flex capacity exceeded", "x", "capacity_exceeded"), {}),
    "s500": (500, error("Oops", "server_error"), {}),
    "s502html": (502, b"<html><h1>502 Bad Gateway</h1></html>", {}),
    "s503": (503, error("Loading model", "unavailable_error"), RETRY_IN),
    "s504": (504, b"", {}),
    "s529": (529, error("Overloaded", "overloaded_error"), {}),
}

PLAYS = {
    OPENAI.name: (REFUSALS, SCENARIOS),
    GEMINI.name: (
        GEMINI_REFUSALS,
        {name: play for name, play in SCENARIOS.items() if name not in OPENAI_ONLY}
        | GEMINI_SCENARIOS,
    ),
}


def refusal(status: int, body: bytes, headers: dict[str, str]) -> Scenario:
    """An answer that is no stream."""
    kind = "text/html" if body.startswith(b"<") else "application/json"

    async def play(stream: Stream) -> None:
        await stream.answer(status, body, kind, **headers)

    return play


async def unknown(stream: Stream) -> None:
    """What a provider says of a model that it does not have."""
    message = f"The model `{stream.record.model}` does not exist"
    body = json.dumps(stream.dialect.error(404, message, "model_not_found"))
    await stream.answer(404, body.encode(), "application/json")


def tokens(stream: Stream, first: int, last: int) -> list[str]:
    """Tokens of a long answer; with a tag each says whose it is."""
    record = stream.record
    mark = f"{record.tag}.{record.number}." if record.tag else "t"
    return [f"{mark}{index} " for index in range(first, last)]


def flood(count: int) -> Scenario:
    """`count` tokens at full rate, every one an event in an HTTP chunk of its own."""

    async def play(stream: Stream) -> None:
        texts = tokens(stream, 0, count)
        await stream.head()
        for start in range(0, count, 200):
            piece = texts[start : start + 200]
            await stream.raw(b"".join(framed(event(stream.dialect.text(text))) for text in piece))
            stream.record.tokens += len(piece)
            stream.record.text += "".join(piece)
        await stream.finish()

    return play


def paced(count: int, per_second: int) -> Scenario:
    """`count` tokens at a steady pace."""

    async def play(stream: Stream) -> None:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        await stream.head()
        for index, text in enumerate(tokens(stream, 0, count)):
            await asyncio.sleep(max(0.0, begin + index / per_second - loop.time()))
            await stream.say(text)
        await stream.finish()

    return play


def gate(held_at: int, count: int) -> Scenario:
    """`held_at` tokens, a gate, and the rest of `count`."""

    async def play(stream: Stream) -> None:
        await stream.head()
        await stream.say(*tokens(stream, 0, held_at))
        await stream.gate()
        await stream.say(*tokens(stream, held_at, count))
        await stream.finish()

    return play


FIGURED: dict[str, Callable[..., Scenario]] = {
    r"flood-(\d+)": flood,
    r"paced-(\d+)-(\d+)": paced,
    r"gate-(\d+)-(\d+)": gate,
}
