"""20,000 mutated messages against the whole server: every request is answered, exactly once."""

from __future__ import annotations

import copy
import json
import random
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient

MESSAGES = {"stdio": 20_000, "unix": 2_000, "ws": 2_000}
BATCH = 100
NOBODY = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
FAST = {"tokensPerSecond": 0, "tokens": 2}
RANGE = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 2}}


def command(name: str, argument: Any) -> dict[str, Any]:
    params = {"command": f"antiphon.{name}", "arguments": [argument]}
    return {"method": "workspace/executeCommand", "params": params}


ASK = {
    "prompt": "Why?",
    "models": ["demo/terse", {"model": "demo/poet", "title": "P", "params": {"temperature": 1}}],
    "params": FAST,
    "system": "Be brief.",
    "context": [{"uri": "untitled:a", "text": "some text", "range": RANGE, "languageId": "c"}],
}
SEEDS: list[dict[str, Any]] = [
    command("broadcast", {**ASK, "streamToken": "s", "workDoneToken": 4}),
    command("broadcast", {"prompt": "p", "paneIds": [NOBODY], "sessionId": NOBODY}),
    command("estimate", ASK),
    command("regenerate", {"messageId": NOBODY, "model": "demo/terse", "params": FAST}),
    command("cancel", {"runId": NOBODY, "paneId": NOBODY}),
    command("models", {"query": "po", "refresh": False}),
    command("health", {}),
    command("session.list", {"limit": 3, "cursor": "x", "tag": "t"}),
    command("session.open", {"sessionId": NOBODY}),
    {
        "method": "workspace/textDocumentContent",
        "params": {"uri": f"antiphon:/pane/{NOBODY}/{NOBODY}/x"},
    },
    {
        "method": "textDocument/documentSymbol",
        "params": {"textDocument": {"uri": f"antiphon:/pane/{NOBODY}/{NOBODY}/x"}},
    },
    {"method": "textDocument/foldingRange", "params": {"textDocument": {"uri": "file:///a"}}},
]
NOTIFICATIONS: list[dict[str, Any]] = [
    {"method": "$/cancelRequest", "params": {"id": "nobody"}},
    {"method": "window/workDoneProgress/cancel", "params": {"token": 4}},
    {"method": "workspace/didChangeConfiguration", "params": {"settings": {"antiphon": {}}}},
    {"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///a"}}},
    {"method": "$/setTrace", "params": {"value": "verbose"}},
    {"id": "nobody", "result": [None]},
]
ODD: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**53, 10**30, 1e308, "", " ", "\ud800", "\0", "é😀", "x" * 300,
    [], {}, [[]], [None], {"a": 1}, {"class": 1}, float("nan"), "antiphon:/pane/x", "../../etc",
    "demo/", "demo/terse", "demo/nobody", "/", NOBODY, NOBODY.lower(), RANGE, ["demo/poet"] * 60,
]  # fmt: skip
ODD_IDS: list[Any] = [None, 1.5, True, [], {}, float("nan")]
ODD_BYTES = [b"", b"\0", b"\xff", b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"9" * 400]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in `value` with each of its keys or indexes."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    found: list[tuple[Any, Any]] = [(value, key) for key in keys]
    for key in keys:
        if isinstance(value[key], dict | list):
            found += places(value[key])
    return found


def mutated(rng: random.Random, seed: dict[str, Any]) -> dict[str, Any]:
    """A copy of `seed` with a few values changed, gone or doubled; its method stays."""
    message = copy.deepcopy(seed)
    for _ in range(rng.choice([0, 1, 1, 1, 2, 4])):
        inner = {"params": message.get("params")}
        holder, key = rng.choice(places(inner))
        if rng.random() < 0.15 and isinstance(holder, dict) and holder is not inner:
            del holder[key]
        elif rng.random() < 0.1 and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        else:
            holder[key] = copy.deepcopy(rng.choice(ODD))
        message["params"] = inner["params"]
    return message


def damaged(rng: random.Random, body: bytes) -> bytes:
    """`body` with a few bytes changed behind its id, which stands first."""
    head = body.index(b",")
    for _ in range(rng.choice([1, 1, 3])):
        at = rng.randrange(head, len(body) + 1)
        body = body[:at] + rng.choice(ODD_BYTES) + body[at + rng.randrange(3) :]
    return body


def is_request(body: bytes) -> bool:
    """Whether `body` is JSON with an id and a method, to a reader that knows nothing of ours."""
    try:
        message = json.loads(body)
    except ValueError:
        return False
    return isinstance(message, dict) and {"id", "method"} <= message.keys()


class Traffic:
    """What is sent, and which answers it must bring."""

    def __init__(self, seed: int, transport: str) -> None:
        self.rng = random.Random(seed)
        self.transport = transport
        self.owed: set[str] = set()
        """Requests that must be answered under their id."""
        self.maybe: set[str] = set()
        """Damaged bytes that are no JSON any more: an id that can still be read may be answered."""
        self.nameless = 0
        """Messages without a usable id that must be answered under `null`."""
        self.sent = 0

    def next(self) -> bytes:
        self.sent += 1
        kind = self.rng.random()
        if kind < 0.1:
            return json.dumps({"jsonrpc": "2.0", **self._notification()}).encode()
        request = mutated(self.rng, self.rng.choice(SEEDS))
        if kind < 0.15:
            self.nameless += 1
            request = {"id": self.rng.choice(ODD_IDS), "jsonrpc": "2.0", **request}
            return json.dumps(request).encode()
        request_id = f"m{self.sent}"
        body = json.dumps({"id": request_id, "jsonrpc": "2.0", **request}).encode()
        if kind > 0.8:
            body = damaged(self.rng, body)
        if not self.ends_the_session(body):
            (self.owed if is_request(body) else self.maybe).add(request_id)
        return body

    def ends_the_session(self, body: bytes) -> bool:
        """Whether it says goodbye, or is no text, which no frame of a WebSocket may hold."""
        if self.transport == "ws":
            try:
                body.decode()
            except UnicodeDecodeError:
                return True
        return b'"exit"' in body or b'"shutdown"' in body

    def _notification(self) -> dict[str, Any]:
        if self.rng.random() < 0.3:
            recent = f"m{self.sent - self.rng.randrange(1, 20)}"
            return {"method": "$/cancelRequest", "params": {"id": recent}}
        return mutated(self.rng, self.rng.choice(NOTIFICATIONS))


def exchange(client: RawClient, traffic: Traffic, codes: Counter[Any]) -> Counter[Any]:
    """Sends a batch; how often each id was answered up to the last answer that is owed."""
    bodies = [body for _ in range(BATCH) if not traffic.ends_the_session(body := traffic.next())]
    client.send_body(*bodies)
    # Some have asked for an answer at a speed that nobody wants to wait for.
    stops = [client.command("antiphon.cancel", {})]
    end = time.monotonic() + 20
    while not traffic.owed <= client.answers.keys():
        assert time.monotonic() < end, sorted(traffic.owed - client.answers.keys())
        if not client.read(0.05):
            stops.append(client.command("antiphon.cancel", {}))
    for stop in stops:
        assert client.answer(stop)["result"]["cancelled"] >= 0
    answers = Counter(message["id"] for message in client.log if "method" not in message)
    codes.update(each.get("error", {}).get("code") for each in client.answers.values())
    client.log.clear()
    client.answers.clear()
    for stop in stops:
        assert answers.pop(stop) == 1
    return answers


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_mutated_messages_leave_no_request_unanswered_and_the_server_alive(
    installation: Installation,
) -> None:
    traffic = Traffic(20_000, installation.transport)
    late: set[str] = set()
    codes: Counter[Any] = Counter()
    with installation.raw_client(limits={"maxPanesPerRun": 8}) as client:
        client.log.clear()
        while traffic.sent < MESSAGES[installation.transport]:
            answers = exchange(client, traffic, codes)
            nameless = answers.pop(None, 0)
            assert nameless >= traffic.nameless
            assert set(answers.values()) <= {1}
            assert answers.keys() <= traffic.owed | traffic.maybe | late
            assert traffic.owed <= answers.keys()
            late |= traffic.maybe - answers.keys()
            traffic.owed, traffic.maybe, traffic.nameless = set(), set(), 0
        ask = {"prompt": "Still there?", "models": ["demo/terse"], "params": FAST}
        assert client.run("antiphon.broadcast", ask)["result"]["status"] == "complete"
        assert client.process.poll() is None
    # The mutations reach every layer: framing of JSON-RPC, arguments, the engine, full success.
    assert all(codes[code] > 10 for code in (None, -32602, -32803))
    assert codes[-32603] == 0
