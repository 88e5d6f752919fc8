"""Answers that are wrong in a way of their own, a function each; its name is the scenario's."""

from __future__ import annotations

import asyncio
import json

from support.faults.stream import GOOD, Stream, event
from support.faults.streams import SCENARIOS, Scenario


def scenario(play: Scenario) -> Scenario:
    """Enters a function under its name, with hyphens."""
    SCENARIOS[play.__name__.replace("_", "-")] = play
    return play


@scenario
async def ok_slow(stream: Stream) -> None:
    await stream.head()
    for letter in stream.text:
        await stream.say(letter)
        await asyncio.sleep(0.02)
    await stream.finish()


@scenario
async def stall_headers(stream: Stream) -> None:
    await stream.hang()


@scenario
async def stall_error_body(stream: Stream) -> None:
    await stream.head(429, "application/json", Retry_After="1")
    await stream.hang()


@scenario
async def close_no_response(stream: Stream) -> None:
    stream.cut()


@scenario
async def not_http(stream: Stream) -> None:
    await stream.raw(b"220 mail.example.org ESMTP\r\n")
    stream.cut()


@scenario
async def keepalive_only(stream: Stream) -> None:
    stream.keep_alive = False
    await stream.head()
    while True:
        await stream.data(b": ping\n\n")
        await asyncio.sleep(0.05)


@scenario
async def slowloris(stream: Stream) -> None:
    await stream.head()
    await stream.say(stream.text)
    for byte in event(stream.dialect.end("stop")):
        await stream.data(bytes([byte]))
        await asyncio.sleep(0.002)
    await stream.finish()


@scenario
async def html200(stream: Stream) -> None:
    await stream.answer(200, b"<html>Sign in to the network</html>", "text/html; charset=utf-8")


@scenario
async def json200err(stream: Stream) -> None:
    await stream.answer(200, json.dumps(stream.dialect.problem).encode(), "application/json")


@scenario
async def json200(stream: Stream) -> None:
    body = json.dumps(stream.dialect.whole(stream.text))
    await stream.answer(200, body.encode(), "application/json")


@scenario
async def json200odd(stream: Stream) -> None:
    await stream.answer(200, b'{"ok": true}', "application/json")


@scenario
async def redirect(stream: Stream) -> None:
    location = f"{stream.sink_origin}/v1/chat/completions?user=me"
    await stream.answer(307, b"", "text/plain", Location=location)


@scenario
async def redirect_same(stream: Stream) -> None:
    await stream.answer(308, b"", "text/plain", Location="/v2/chat/completions")


@scenario
async def no_finish(stream: Stream) -> None:
    await stream.head()
    await stream.say(stream.text)
    await stream.finish(None)


@scenario
async def no_usage(stream: Stream) -> None:
    await stream.head()
    await stream.say(stream.text)
    await stream.finish(with_usage=False)


@scenario
async def after_finish_text(stream: Stream) -> None:
    await stream.head()
    await stream.send(stream.dialect.end("stop"))
    await stream.say(stream.text)
    await stream.finish(None)


@scenario
async def open_after_done(stream: Stream) -> None:
    await stream.head()
    await stream.say(stream.text)
    dialect = stream.dialect
    await stream.data(b"".join(map(event, dialect.ends("stop", 1))) + dialect.done)
    await stream.hang()


@scenario
async def open_after_finish(stream: Stream) -> None:
    await stream.head()
    await stream.say(stream.text)
    await stream.send(stream.dialect.end("stop"))
    await stream.hang()


@scenario
async def cut_after_finish(stream: Stream) -> None:
    await stream.head()
    await stream.say(stream.text)
    await stream.send(stream.dialect.end("stop"))
    stream.cut()


@scenario
async def error_after_finish(stream: Stream) -> None:
    await stream.head()
    await stream.say(stream.text)
    await stream.data(event(stream.dialect.end("stop")) + event(stream.dialect.problem))
    await stream.finish(None)


@scenario
async def echo_key(stream: Stream) -> None:
    sent = stream.dialect.key(stream.record.headers)
    body = json.dumps({"error": {"message": f"Wrong key {sent} given", "type": "x"}})
    await stream.answer(401, body.encode(), "application/json")


@scenario
async def echo_prompt(stream: Stream) -> None:
    """Sends the prompt back, cut into HTTP chunks as the system prompt's figures say, if any."""
    system, prompt = stream.dialect.turns(stream.record.body)
    letters = b"".join(event(stream.dialect.text(letter)) for letter in prompt)
    await stream.head()
    start = 0
    for cut in [*map(int, system.split()), len(letters)]:
        if letters[start : start + cut]:
            await stream.data(letters[start : start + cut])
        start += cut
    await stream.data(letters[start:] or b"\n")
    await stream.finish()


@scenario
async def ok_no_chunks(stream: Stream) -> None:
    """A body whose end is the connection's."""
    stream.record.status = 200
    await stream.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    dialect = stream.dialect
    await stream.raw(event(dialect.text(GOOD)) + event(dialect.end("stop")))
    stream.cut()
