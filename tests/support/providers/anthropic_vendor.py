"""A vendor that speaks Anthropic's messages, on loopback; the model's name says what to do.

https://docs.anthropic.com/en/docs/build-with-claude/streaming
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TEXT = "Hello wörld\u2028€😀 [DONE]"
OVERLOADED = {"type": "overloaded_error", "message": "Overloaded"}
FAULT = {"error": OVERLOADED}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def event(name: str, **fields: Any) -> bytes:
    """One event, named as its type."""
    data = json.dumps({"type": name, **fields}, ensure_ascii=False)
    body = f"event: {name}\ndata: {data}\n\n".encode()
    return b"%x\r\n%b\r\n" % (len(body), body)


def start(**more: int) -> bytes:
    usage = {"input_tokens": 8, "cache_read_input_tokens": 3, "output_tokens": 1, **more}
    message = {"id": "m", "role": "assistant", "content": [], "model": "x", "usage": usage}
    return event("message_start", message=message) + event("ping")


def block(kind: str, text: str) -> bytes:
    """A whole content block."""
    field = {"text": "text_delta", "thinking": "thinking_delta"}[kind]
    begin = event("content_block_start", index=0, content_block={"type": kind, kind: ""})
    delta = event("content_block_delta", index=0, delta={"type": field, kind: text})
    return begin + delta + event("content_block_stop", index=0)


def call() -> bytes:
    """A whole content block in which the model calls a tool."""
    tool = {"type": "tool_use", "id": "t", "name": "f", "input": {}}
    begin = event("content_block_start", index=0, content_block=tool)
    piece = {"type": "input_json_delta", "partial_json": "{}"}
    delta = event("content_block_delta", index=0, delta=piece)
    return begin + delta + event("content_block_stop", index=0)


def stop(reason: str) -> bytes:
    delta = {"stop_reason": reason, "stop_sequence": None}
    last = event("message_delta", delta=delta, usage={"output_tokens": 5})
    return last + event("message_stop") + b"0\r\n\r\n"


STREAMS: dict[str, bytes] = {
    "claude-ok": start() + block("text", TEXT) + stop("end_turn"),
    "claude-caches": start(cache_creation_input_tokens=4) + block("text", TEXT) + stop("end_turn"),
    "claude-thinks": start() + block("thinking", "hmm") + block("text", TEXT) + stop("end_turn"),
    "claude-length": start() + block("text", TEXT) + stop("max_tokens"),
    "claude-context": start() + block("text", TEXT) + stop("model_context_window_exceeded"),
    "claude-tool": start() + call() + stop("tool_use"),
    "claude-thinks-only": start() + block("thinking", "hmm") + stop("max_tokens"),
    "claude-odd": start() + block("text", TEXT) + stop("of_tomorrow"),
    "claude-refusal": start() + block("text", TEXT) + stop("refusal"),
    "claude-error-mid": start() + block("text", TEXT) + event("error", **FAULT) + b"0\r\n\r\n",
    "claude-error-first": start() + event("error", **FAULT) + b"0\r\n\r\n",
    "claude-cut": start() + block("text", TEXT),
    "claude-clean-close": start() + block("text", TEXT) + b"0\r\n\r\n",
}
REFUSALS: dict[str, tuple[int, dict[str, Any]]] = {
    "claude-401": (401, {"type": "authentication_error", "message": "invalid x-api-key KEY"}),
    "claude-429": (429, {"type": "rate_limit_error", "message": "Number of requests"}),
    "claude-529": (529, OVERLOADED),
    "claude-400": (400, {"type": "invalid_request_error", "message": "prompt is too long: 9 > 8"}),
}


class AnthropicVendor:
    """What was asked, and where it listens."""

    def __init__(self) -> None:
        self.origin = ""
        self.requests: list[dict[str, Any]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one request and closes the connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            fields = (line.partition(": ") for line in head[1:] if line)
            headers = {name.lower(): value for name, _, value in fields}
            body = json.loads(await reader.readexactly(int(headers["content-length"])))
            self.requests.append({"path": head[0].split(" ")[1], "headers": headers, "body": body})
            model = body["model"]
            if model in STREAMS:
                writer.write(HEAD + STREAMS[model])
            else:
                status, error = REFUSALS[model]
                said = json.dumps({"type": "error", "error": error})
                said = said.replace("KEY", headers.get("x-api-key", ""))
                writer.write(
                    f"HTTP/1.1 {status} No\r\nContent-Type: application/json\r\nRetry-After: 7\r\n"
                    f"Content-Length: {len(said)}\r\n\r\n{said}".encode()
                )
            await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def anthropic_vendor() -> AsyncIterator[AnthropicVendor]:
    """The vendor, in the loop of the test."""
    vendor = AnthropicVendor()
    server = await asyncio.start_server(vendor.serve, "127.0.0.1", 0)
    vendor.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield vendor
    finally:
        server.close()
        await server.wait_closed()
