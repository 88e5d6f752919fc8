"""Panes that have answered, commands on them, and proof that a refused one changed nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient

NOBODY = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
VOICES = ["demo/terse", "demo/chatty", "demo/poet", "demo/coder"]
_KEPT = ("sessions", "panes", "messages", "runs", "contexts")


class Answered:
    """One client with a session whose panes have answered."""

    def __init__(self, client: RawClient, installation: Installation) -> None:
        self.client = client
        self.installation = installation

    def result(self, name: str, **argument: Any) -> dict[str, Any]:
        reply = self.client.run(f"antiphon.{name}", argument)
        assert "result" in reply, reply
        return reply["result"]

    def ask(self, *models: str, prompt: str = "Why do whales sing?", **more: Any) -> dict[str, Any]:
        """A run of these models at full speed."""
        named = {"models": list(models)} if models else {}
        params = {"params": {"tokensPerSecond": 0}} if not models or "demo" in models[0] else {}
        return self.result("broadcast", prompt=prompt, **named, **params, **more)

    def begin(self, model: str, prompt: str) -> tuple[int, dict[str, Any]]:
        """A run that goes on: its request, and its `start` event."""
        token = f"begun-{prompt}"
        argument = {"prompt": prompt, "models": [model], "streamToken": token}
        request = self.client.command("antiphon.broadcast", argument)
        self.client.until(lambda: any(e["type"] == "token" for e in self.client.events(token)))
        return request, self.client.events(token)[0]

    def refused(self, name: str, **argument: Any) -> tuple[str, str | None]:
        """The kind and the field of a refusal that left everything as it was, with a hint."""
        before = self.kept()
        reply = self.client.run(f"antiphon.{name}", argument)
        assert "error" in reply, reply
        data = reply["error"]["data"]
        assert reply["error"]["message"]
        assert data["hint"]
        assert self.kept() == before
        return data["kind"], data.get("field")

    def kept(self) -> list[Any]:
        """Everything that the history holds of conversations."""
        return [self.installation.query(f"SELECT * FROM {table}") for table in _KEPT]

    def text(self, uri: str) -> str:
        reply = self.client.ask("workspace/textDocumentContent", {"uri": uri})
        assert "result" in reply, reply
        return reply["result"]["text"]

    def last_message(self, pane_id: str, session_id: str) -> dict[str, Any]:
        opened = self.result("session.open", sessionId=session_id)
        return [each for each in opened["messages"] if each["paneId"] == pane_id][-1]


def part_of(text: str, span: dict[str, Any]) -> str:
    """What stands at an LSP range in `text`, whose lines end in line feeds."""
    lines = text.split("\n")
    first, last = span["start"], span["end"]
    if first["line"] == last["line"]:
        units = lines[first["line"]].encode("utf-16-le")
        return units[2 * first["character"] : 2 * last["character"]].decode("utf-16-le")
    head = lines[first["line"]].encode("utf-16-le")[2 * first["character"] :]
    tail = lines[last["line"]].encode("utf-16-le")[: 2 * last["character"]]
    middle = lines[first["line"] + 1 : last["line"]]
    return "\n".join([head.decode("utf-16-le"), *middle, tail.decode("utf-16-le")])


def range_of(text: str, part: str) -> dict[str, Any]:
    """The LSP range of the last `part` in `text`."""
    start = text.rindex(part)
    ends = []
    for at in (start, start + len(part)):
        line = text.count("\n", 0, at)
        column = text[text.rfind("\n", 0, at) + 1 : at]
        ends.append({"line": line, "character": len(column.encode("utf-16-le")) // 2})
    return {"start": ends[0], "end": ends[1]}
