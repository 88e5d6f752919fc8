"""A server that logs everything at debug, and what its log has to explain afterwards."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient

PROMPT = "words-of-the-prompt tag:words-of-the-answer"
"""The fault server's answers begin with what stands behind `tag:`."""
KEY = "bluebird-77-tenant-very-secret"
NEVER_LOGGED = ("words-of-the-prompt", "words-of-the-answer", "bluebird-77")


@dataclass
class Log:
    """The lines of one server, from its file of JSON objects."""

    path: Path
    stderr: Path
    lines: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def read(self) -> None:
        """Takes the file in. Fails if anything is in it that must never be."""
        text = self.path.read_text("utf-8")
        for words in NEVER_LOGGED:
            assert words not in text
            assert words not in self.stderr.read_text("utf-8")
        self.lines = [json.loads(line) for line in text.splitlines()]

    def find(self, words: str, **ids: str) -> list[dict[str, Any]]:
        """The lines whose message has `words` in it, of these ids."""
        return [
            line for line in self.lines if words in line["message"] and ids.items() <= line.items()
        ]

    def one(self, words: str, **ids: str) -> dict[str, Any]:
        """The one line that has `words` in it."""
        found = self.find(words, **ids)
        assert len(found) == 1, (words, [line["message"] for line in self.lines])
        return found[0]


@contextmanager
def logged(installation: Installation, **sections: Any) -> Generator[tuple[RawClient, Log]]:
    """A client of a new server, and its log, which is read when the server has ended."""
    log = Log(installation.folder / "explained.log", installation.stderr)
    options = {"level": "debug", "format": "json", "file": str(log.path)}
    environ = sections.pop("environ", {}) | {"NAMED_KEY": KEY}
    with installation.raw_client(
        environ=environ,
        log=options,
        retry={"baseDelayMs": 1, **sections.pop("retry", {})},
        **sections,
    ) as client:
        yield client, log
        client.ask("shutdown")
        client.notify("exit", None)
        client.read_to_end()
        assert client.process.wait(10) == 0
    log.read()


def ask(client: RawClient, *models: str, **more: Any) -> dict[str, Any]:
    """Broadcasts to its end; the whole reply."""
    argument = {"prompt": PROMPT, "models": list(models), "streamToken": "s", **more}
    return client.run("antiphon.broadcast", argument)
