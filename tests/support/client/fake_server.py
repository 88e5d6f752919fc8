"""A server of raw bytes that misbehaves on demand: `python fake_server.py BEHAVIOUR`.

It shares no code with the client that it tests; every message is built and cut here by hand.
"""

import json
import os
import signal
import subprocess
import sys
from typing import Any

PANE = {
    "id": "P1",
    "sessionId": "S1",
    "model": "fake/one",
    "title": "one",
    "type": "chat",
    "uri": "antiphon:/pane/S1/P1/one",
    "state": "streaming",
    "params": {},
    "sources": [],
    "createdAt": "2026-01-01T00:00:00Z",
}
FIGURES: dict[str, Any] = {
    "usage": {
        "inputTokens": 1,
        "outputTokens": 2,
        "cachedInputTokens": 0,
        "reasoningTokens": 0,
        "source": "provider",
    },
    "cost": {"amount": "0.001", "currency": "USD", "source": "priced"},
    "latency": {"queuedMs": 0, "ttftMs": 5, "totalMs": 9, "tokensPerSecond": 40.0},
}


TEXT = "Héllo 😀"


def write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def framed(message: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def send(**message: Any) -> None:
    write(framed(message))


def read() -> dict[str, Any]:
    length = 0
    while (line := sys.stdin.buffer.readline()) not in {b"\r\n", b""}:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = sys.stdin.buffer.read(length)
    if not body:
        raise SystemExit(0)
    return json.loads(body)


def event(kind: str, seq: int, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "paneId": "P1", "messageId": "M1", "seq": seq, **fields}


def start() -> dict[str, Any]:
    return event("start", 1, model="fake/one", append="# one\n\n", runId="R1", pane=PANE)


def final(seq: int, status: str, content: str) -> dict[str, Any]:
    return event(
        "final", seq, status=status, finishReason=None, content=content, append="\n", **FIGURES
    )


def progress(token: Any, *events: dict[str, Any]) -> dict[str, Any]:
    return {"method": "$/progress", "params": {"token": token, "value": {"events": list(events)}}}


def summary(status: str) -> dict[str, Any]:
    result = {"paneId": "P1", "messageId": "M1", "status": status, **FIGURES}
    whole = "complete" if status == "complete" else "cancelled"
    return {
        "sessionId": "S1",
        "runId": "R1",
        "status": whole,
        "panes": [PANE],
        "results": [result],
    }


def whole_run(request: dict[str, Any], token: Any) -> bytes:
    return (
        framed(progress("somebody-else", start()))
        + framed(progress(token, start(), event("token", 2, text="Hé")))
        + framed(progress(token, event("token", 3, text="llo 😀"), final(4, "complete", TEXT)))
        + framed({"id": request["id"], "result": summary("complete")})
    )


def streams(request: dict[str, Any], token: Any) -> None:
    write(whole_run(request, token))


def streams_a_byte_at_a_time(request: dict[str, Any], token: Any) -> None:
    for byte in whole_run(request, token):
        write(bytes([byte]))


def waits_for_cancel(request: dict[str, Any], token: Any) -> None:
    send(**progress(token, start(), event("token", 2, text="part")))
    while (message := read()).get("method") != "$/cancelRequest":
        pass
    assert message["params"] == {"id": request["id"]}
    send(**progress(token, final(3, "cancelled", "part")))
    send(id=request["id"], result=summary("cancelled"))


def dies_mid_run(_request: dict[str, Any], token: Any) -> None:
    send(**progress(token, start(), event("token", 2, text="last words")))
    print("out of memory, said the server", file=sys.stderr, flush=True)
    os._exit(3)


def dies_leaving_a_child(_request: dict[str, Any], token: Any) -> None:
    send(**progress(token, start()))
    subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"])
    os._exit(4)


def prints_a_traceback(_request: dict[str, Any], _token: Any) -> None:
    write(b"Traceback (most recent call last):\r\n\r\nboom")
    wait_for_eof()


def prints_endless_text(_request: dict[str, Any], _token: Any) -> None:
    write(b"x" * 100_000)
    wait_for_eof()


def sends_no_json(_request: dict[str, Any], _token: Any) -> None:
    write(b"Content-Length: 5\r\n\r\n{oops")
    wait_for_eof()


def refuses(request: dict[str, Any], _token: Any) -> None:
    data = {"kind": "invalid_params", "field": "$.prompt", "hint": "Write something."}
    send(id=request["id"], error={"code": -32602, "message": "The prompt is empty.", "data": data})


def refuses_tersely(request: dict[str, Any], _token: Any) -> None:
    send(id=request["id"], error={"code": -32601, "message": "Method not found"})


def sends_odd_events(request: dict[str, Any], token: Any) -> None:
    send(**progress(token, start(), event("aura", 2, colour="green")))
    send(id=request["id"], result=summary("complete"))


def sends_broken_events(request: dict[str, Any], token: Any) -> None:
    send(**progress(token, start(), {"type": "token", "text": "a secret answer"}))
    while read().get("method") != "$/cancelRequest":
        pass
    send(id=request["id"], result=summary("cancelled"))


def asks_the_client(request: dict[str, Any], _token: Any) -> None:
    questions: list[tuple[str, Any]] = [
        ("workspace/configuration", {"items": [{"section": "antiphon"}, {"section": "x"}]}),
        ("window/workDoneProgress/create", {"token": "t"}),
        ("workspace/textDocumentContent/refresh", {"uri": "antiphon:/pane/S1/P1/one"}),
        ("client/registerCapability", {"registrations": [{"id": "1", "method": "m"}]}),
        ("antiphon/key", {"provider": "fake"}),
        ("workspace/workspaceFolders", None),
        ("what/isThis", {}),
    ]
    send(method="antiphon/didChange", params={"changes": [{"type": "models"}]})
    send(method="window/showMessage", params={"type": 2, "message": "a bad setting"})
    answers: dict[str, Any] = {}
    for number, (method, params) in enumerate(questions):
        send(id=f"ask-{number}", method=method, params=params)
        answer = read()
        assert answer["id"] == f"ask-{number}"
        answers[method] = answer.get("result", answer.get("error"))
    send(id=request["id"], result=answers)


def echoes(request: dict[str, Any], _token: Any) -> None:
    send(id=request["id"], result=request["params"])


def never_answers(_request: dict[str, Any], _token: Any) -> None:
    return None


def wait_for_eof() -> None:
    while sys.stdin.buffer.read(1 << 16):
        pass


def main(behaviour: str) -> None:
    if behaviour == "dies_at_once":
        print("no such database", file=sys.stderr)
        raise SystemExit(7)
    if behaviour == "ignores_every_goodbye":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if behaviour == "never_starts":
        wait_for_eof()
        return
    while True:
        message = read()
        match message.get("method"):
            case "initialize":
                send(id=message["id"], result={"capabilities": {}, "params": message["params"]})
            case "workspace/executeCommand":
                arguments = message["params"].get("arguments") or [{}]
                globals()[behaviour](message, arguments[0].get("streamToken"))
            case "shutdown" if behaviour != "ignores_every_goodbye":
                send(id=message["id"], result=None)
            case "exit":
                if behaviour == "ignores_every_goodbye":
                    while True:
                        signal.pause()
                raise SystemExit(0)
            case None | "initialized" | "$/cancelRequest":
                pass
            case _:
                refuses_tersely(message, None)


if __name__ == "__main__":
    main(sys.argv[1])
