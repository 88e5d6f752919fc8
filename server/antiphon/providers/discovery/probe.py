"""Checks whether the model server that usually listens at a local port is there.

Another server may be there, above all at 8080 and 8000, so only an answer that no other server
could give counts. A probe is a plain HTTP/1.0 request, since its answer is never chunked and ends
with the connection: no HTTP client need be imported to read it. It carries no key and no cookie,
follows no redirect, and reads a limited number of bytes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import anyio
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anyio.abc import SocketStream

HOST: Final = "127.0.0.1"
MAX_ANSWER_BYTES: Final = 1 << 20

Finding = Literal["it", "nothing", "silence"]
"""`silence`: a server listens but did not answer in time, perhaps because it is busy."""


class Kind(Struct, frozen=True):
    """A kind of model server: its usual port, and how its list is recognized."""

    port: int
    owners: frozenset[str] = frozenset()
    """Values of its models' `owned_by`. Empty if they vary and no other server uses the port."""


KINDS: Final[dict[str, Kind]] = {
    "ollama": Kind(11434),
    "llama-cpp": Kind(8080, frozenset({"llamacpp"})),
    "vllm": Kind(8000, frozenset({"vllm"})),
    "lm-studio": Kind(1234),
}
"""The kinds by the names that the providers get."""


async def probe(kind: Kind, port: int, timeout_s: float) -> Finding:
    """Checks whether a server of this kind listens at `port`, for at most `timeout_s` seconds."""
    connected = False
    with anyio.move_on_after(timeout_s):
        try:
            async with await anyio.connect_tcp(HOST, port) as stream:
                connected = True
                await stream.send(
                    f"GET /v1/models HTTP/1.0\r\nHost: {HOST}:{port}\r\n"
                    "Accept: application/json\r\nConnection: close\r\n\r\n".encode()
                )
                return "it" if is_list_of(kind, await _read(stream)) else "nothing"
        except (OSError, anyio.BrokenResourceError):
            return "nothing"
    return "silence" if connected else "nothing"


async def _read(stream: SocketStream) -> bytes:
    """Returns the whole answer, or nothing if it is longer than a list of models."""
    answer = bytearray()
    try:
        while len(answer) <= MAX_ANSWER_BYTES:
            answer += await stream.receive()
    except anyio.EndOfStream:
        return bytes(answer)
    return b""


def is_list_of(kind: Kind, answer: bytes) -> bool:
    """Checks whether an HTTP answer is a list of models of this kind."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *headers = head.split(b"\r\n")
    if status.split(b" ")[1:2] != [b"200"] or not status.startswith(b"HTTP/1."):
        return False
    if not any(_is_json_header(header) for header in headers):
        return False
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        return False
    models = _parse_models(value)
    return models is not None and all(_is_model(kind, each) for each in models)


def _is_json_header(header: bytes) -> bool:
    name, _, value = header.partition(b":")
    return name.lower() == b"content-type" and value.strip().startswith(b"application/json")


def _parse_models(value: object) -> Sequence[object] | None:
    if not isinstance(value, dict):
        return None
    found = cast("dict[str, object]", value)
    if found.get("object") != "list" or "data" not in found:
        return None
    models = found["data"]
    if models is None:  # Ollama without a model
        return ()
    return cast("list[object]", models) if isinstance(models, list) else None


def _is_model(kind: Kind, value: object) -> bool:
    if not isinstance(value, dict):
        return False
    model = cast("dict[str, object]", value)
    name, owner = model.get("id"), model.get("owned_by")
    if not isinstance(name, str) or not name or model.get("object") != "model":
        return False
    return owner in kind.owners if kind.owners else isinstance(owner, str)
