"""A server whose models write control sequences: `python -m support.terminal.hostile_server`.

It says what it has to say in exactly the pieces that it means to, which no real server can be made
to do: one event for each.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from antiphon.model.commands.runs import PaneResult, RunResult
from antiphon.model.failure import Failure
from support.terminal.control_sequences import SEQUENCES, lines_cut_in_two, lines_in_single_letters
from support.terminal.run_events import final, start, thought, token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from antiphon.model.conversation.events import StreamEvent


def send(**message: Any) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    sys.stdout.buffer.flush()


def read() -> dict[str, Any]:
    length = 0
    while (line := sys.stdin.buffer.readline()) != b"\r\n":
        if not line:
            raise SystemExit(0)
        length = int(line.partition(b":")[2])
    return json.loads(sys.stdin.buffer.read(length))


def pieces() -> Iterator[str]:
    for parts in lines_cut_in_two():
        yield from parts
    yield from lines_in_single_letters()


def events(name: str) -> Iterator[StreamEvent]:
    """All that a model can say: thoughts, an answer, and a provider's failure."""
    yield start(name)
    for piece in pieces():
        yield thought(name, piece)
    for piece in pieces():
        yield token(name, piece)
    words = "".join(f"failed{sequence}" for sequence in SEQUENCES)
    failure = Failure(kind="server_error", message=words, retryable=False, hint=words)
    yield final(name, "failed", "".join(pieces()), failure)


def answer(request: dict[str, Any]) -> None:
    [argument] = request["params"]["arguments"]
    names = [model.partition("/")[2] for model in argument["models"]]
    ended: list[Any] = []
    for name in names:
        for seq, event in enumerate(events(name), 1):
            value = {"events": [event.model_copy(update={"seq": seq}).to_wire()]}
            send(method="$/progress", params={"token": argument["streamToken"], "value": value})
        ended.append(event)
    results = [
        PaneResult(**{name: getattr(each, name) for name in PaneResult.model_fields})
        for each in ended
    ]
    panes = [start(name).pane for name in names]
    result = RunResult(session_id="s", run_id="r", status="failed", panes=panes, results=results)
    send(id=request["id"], result=result.to_wire())


def main() -> None:
    while (message := read())["method"] != "exit":
        if message["method"] == "workspace/executeCommand":
            answer(message)
        elif "id" in message:
            send(id=message["id"], result={"capabilities": {}})


if __name__ == "__main__":
    main()
