"""Answers with status 200 that differ from a good one in one place, as rows.

All of them send `GOOD` (with a tag in the prompt: the stream's own text), as far as they get.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from support.faults.dialects import GEMINI, OPENAI, Dialect
from support.faults.stream import Stream, event

Scenario = Callable[[Stream], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}
MIB = 1024 * 1024


def between(
    name: str, odd: Callable[[Dialect], list[bytes]] | list[bytes], *, say: bool = True
) -> None:
    """A good answer with odd writes in the middle of its text, or in place of it.

    Writes that differ by dialect are made once for each, before anybody asks for them.
    """
    writes = {d.name: odd if isinstance(odd, list) else odd(d) for d in (OPENAI, GEMINI)}

    async def play(stream: Stream) -> None:
        middle = len(stream.text) // 2
        await stream.head()
        if say:
            await stream.say(stream.text[:middle])
        for data in writes[stream.dialect.name]:
            await stream.data(data)
        if say:
            await stream.say(stream.text[middle:])
        await stream.finish()

    SCENARIOS[name] = play


def ending(name: str, reason: str) -> None:
    """A good answer with another finish reason."""

    async def play(stream: Stream) -> None:
        await stream.head()
        await stream.say(stream.text)
        await stream.finish(reason)

    SCENARIOS[name] = play


def text(dialect: Dialect, words: str) -> bytes:
    """An event with text."""
    return event(dialect.text(words))


def two_lines(dialect: Dialect) -> bytes:
    """An event whose data are two lines."""
    head, tail = json.dumps(dialect.text("-")).split(": ", 1)
    return f"data: {head}:\ndata:  {tail}\n\n".encode()


def escaped(dialect: Dialect, words: str) -> bytes:
    """An event with text whose letters are escaped, half of a surrogate pair too."""
    return f"data: {json.dumps(dialect.text(words))}\n\n".encode()


ending("ok", "stop")
ending("length", "length")
ending("content-filter", "content_filter")
ending("fin-weird", "eos_weird")
for odd_name in OPENAI.odd:
    between(odd_name, lambda d, name=odd_name: [event(d.odd[name])])
between("garbage", [b"data: {oops\n\n", b"data: not json\n\n"])
between("garbage-one", [b"data: {oops\n\n"])
between("garbage-many", [b"data: {oops\n\n"] * 4)
between("null-data", [b"data: null\n\n"])
between("comments", [b": ping\n\n", b":\n", b"id: 3\nretry: 1\nodd\n\n"])
between("empty-data", [b"data:\n\ndata: \n\n"])
between("no-space", lambda d: [text(d, "-").replace(b"data: ", b"data:")])
between("multi-line", lambda d: [two_lines(d)])
between("dup", lambda d: [text(d, "-"), text(d, "-")])
between("u2028", lambda d: [text(d, "a\u2028b\u2029c\u0085d\x0be\x0cf")])
between("utf8bad", lambda d: [text(d, "<x>").replace(b"<x>", b"\xff\xc3")])
between("nan", lambda d: [event({**d.text("-"), "logprobs": float("nan")})])
between("utf8split", lambda d: [bytes([byte]) for byte in text(d, "wörld€😀")], say=False)
between("cr-only", lambda d: [text(d, "wörld").replace(b"\n", b"\r")], say=False)
between(
    "crlf-split",
    lambda d: text(d, "wörld").replace(b"\n", b"\r|\n").split(b"|"),
    say=False,
)
between("bom", lambda d: [b"\xef", b"\xbb", b"\xbf" + text(d, "wörld€😀")], say=False)
between("halves", lambda d: [escaped(d, "\ud83d"), escaped(d, "\ude00!")], say=False)
between("huge", lambda d: [text(d, "x" * 3 * MIB)], say=False)
between("huge-line", lambda d: [text(d, "x" * 5 * MIB)])
between("huge-answer", lambda d: [text(d, "x" * MIB)] * 18, say=False)
between("sse-error-mid", lambda d: [event(d.problem)])
between("event-error-mid", lambda d: [b"event: error\n" + event(d.problem["error"])])
between("event-error-str", [b"event: error\ndata: it broke\n\n"])
between("sse-error-first", lambda d: [event(d.problem)], say=False)
between("reasoning", lambda d: [event(d.thought("hmm"))])


def stopping(name: str, *, said: float, how: str) -> None:
    """An answer of which a part is `said` before the connection goes wrong."""

    async def play(stream: Stream) -> None:
        await stream.head(**({"Connection": "close"} if how == "end" else {}))
        if text := stream.text[: int(len(stream.text) * said)]:
            await stream.say(text)
        if how == "hang":
            await stream.hang()
        elif how == "reset":
            # Text and reset are apart on the wire: a reset throws away what is still on its way.
            await stream.gate()
            stream.reset()
        else:
            if how == "end":
                await stream.raw(b"0\r\n\r\n")
            stream.cut()

    SCENARIOS[name] = play


stopping("stall-first", said=0, how="hang")
stopping("stall-mid", said=0.5, how="hang")
stopping("cut", said=0.5, how="cut")
stopping("cut-first", said=0, how="cut")
stopping("rst", said=0.5, how="reset")
stopping("clean-close", said=0.5, how="end")
stopping("empty200", said=0, how="end")
