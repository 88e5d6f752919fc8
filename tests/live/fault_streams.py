"""Answers with status 200 that differ from a good one in one place, as rows.

All of them send `GOOD` (with a tag in the prompt: the stream's own text), as far as they get.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fault_stream import Stream, chunk, event

Scenario = Callable[[Stream], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}
MIB = 1024 * 1024


def between(name: str, *odd: bytes, say: bool = True) -> None:
    """A good answer with `odd` bytes in the middle of its text, or in place of it."""

    async def play(stream: Stream) -> None:
        middle = len(stream.text) // 2
        await stream.head()
        if say:
            await stream.say(stream.text[:middle])
        for data in odd:
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


ERROR = {"error": {"message": "Overloaded, key sk-canary1234567890", "type": "overloaded_error"}}
SPLIT = event(chunk("wörld€😀"))

ending("ok", "stop")
ending("length", "length")
ending("content-filter", "content_filter")
ending("fin-weird", "eos_weird")
between("garbage", b"data: {oops\n\n", b"data: not json\n\n")
between("garbage-one", b"data: {oops\n\n")
between("garbage-many", *[b"data: {oops\n\n"] * 4)
between("null-data", b"data: null\n\n")
between("comments", b": ping\n\n", b":\n", b"id: 3\nretry: 1\nodd\n\n")
between("empty-data", b"data:\n\ndata: \n\n")
between("empty-choices-mid", event({"choices": []}))
between("choices-missing", event({"id": "c1"}))
between("delta-null", event({"choices": [{"index": 0, "delta": None}]}))
between("role-only", event({"choices": [{"delta": {"role": "assistant", "content": None}}]}))
between("no-space", event(chunk("-")).replace(b"data: ", b"data:"))
between("multi-line", b'data: {"choices": [{"delta":\ndata:  {"content": "-"}}]}\n\n')
between("dup", event(chunk("-")), event(chunk("-")))
between("u2028", event(chunk("a\u2028b\u2029c\u0085d\x0be\x0cf")))
between("utf8bad", event(chunk("<x>")).replace(b"<x>", b"\xff\xc3"))
between("nan", b'data: {"choices": [{"delta": {"content": "-"}, "logprobs": NaN}]}\n\n')
between("utf8split", *[bytes([byte]) for byte in SPLIT], say=False)
between("cr-only", event(chunk("wörld")).replace(b"\n", b"\r"), say=False)
between("crlf-split", *event(chunk("wörld")).replace(b"\n", b"\r|\n").split(b"|"), say=False)
between("bom", b"\xef", b"\xbb", b"\xbf" + SPLIT, say=False)
between(
    "halves",
    b'data: {"choices": [{"delta": {"content": "\\ud83d"}}]}\n\n',
    b'data: {"choices": [{"delta": {"content": "\\ude00!"}}]}\n\n',
    say=False,
)
between("huge", event(chunk("x" * 3 * MIB)), say=False)
between("huge-line", event(chunk("x" * 5 * MIB)))
between("huge-answer", *[event(chunk("x" * MIB))] * 18, say=False)
between("sse-error-mid", event(ERROR))
between("event-error-mid", b"event: error\n" + event(ERROR["error"]))
between("event-error-str", b"event: error\ndata: it broke\n\n")
between("sse-error-first", event(ERROR), say=False)
between("reasoning", event({"choices": [{"delta": {"reasoning_content": "hmm"}}]}))
between(
    "reasoning-parts",
    event({"choices": [{"delta": {"content": [{"type": "thinking", "thinking": "hmm"}]}}]}),
    event({"choices": [{"delta": {"content": [{"type": "text", "text": "-"}]}}]}),
)


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
