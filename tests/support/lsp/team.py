"""Users of one server with a token each, what they have, and every id of it in every command."""

from __future__ import annotations

import sqlite3
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING, Any, NamedTuple

from antiphon.history.conversations.access import VISIBLE
from antiphon.history.sqlite.access.visible_rows import Viewer, hide_others
from antiphon.history.sqlite.driver.connection import connect
from antiphon.model.values.uri import consensus_uri, message_uri, proposal_uri
from support.lsp.id_fields import IdField, id_fields
from support.lsp.socket_client import SocketClient, connected

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from antiphon.app.multi_client_server import MultiClientServer

MODEL = "work/ok"
PIPELINE = f"""\
antiphon: pipeline/v1
name: one
steps:
  - {{id: ask, type: broadcast, models: [{MODEL}], prompt: Why xylophone?}}
"""


class Belongings(NamedTuple):
    """The ids of what one user has, by the kinds of `KINDS`."""

    ids: Mapping[str, str]
    documents: Mapping[str, str]


class Team:
    """One server with the users alice and bob, who have the same things."""

    def __init__(self, alice: SocketClient, bob: SocketClient, database: Path) -> None:
        self.alice = alice
        self.bob = bob
        self.database = database

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything in the database."""
        with closing(sqlite3.connect(self.database)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            # What is behind the search index is in tables of its own.
            found = [name for (name,) in names.fetchall() if name != "search"]
            return {name: _all_of(connection, name) for name in found}

    def rows_of(self, user: str) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that a user may see."""
        with closing(connect(self.database)) as connection:
            connection.row_factory = None
            hide_others(connection, Viewer(user))
            return {name: _all_of(connection, name) for name in ("sessions", *VISIBLE)}


def _all_of(connection: sqlite3.Connection, name: str) -> list[tuple[Any, ...]]:
    return sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)


@asynccontextmanager
async def client_of(
    user: str | None, server: MultiClientServer, environ: Mapping[str, str]
) -> AsyncIterator[SocketClient]:
    options = {
        "discovery": {"localServers": False},
        "budgets": [{"scope": "day", "limit": "9"}],
    }
    async with connected(server, environ, options, user=user) as client:
        yield client


async def furnish(client: SocketClient) -> Belongings:
    """Gives a user one of everything."""
    asked = (await client.ask(MODEL, MODEL, prompt="Why xylophone?"))["result"]
    pane, other = asked["panes"]
    message, second = (each["messageId"] for each in asked["results"])
    saved = await client.command("pipeline.save", pipeline=PIPELINE)
    run = await client.command("pipeline.run", pipeline=PIPELINE)
    await client.command("compare", left={"messageId": message}, right={"messageId": second})
    ids = {
        "session": asked["sessionId"],
        "pane": pane["id"],
        "message": message,
        "run": asked["runId"],
        "pipeline run": run["runId"],
        "pipeline": saved["pipeline"]["id"],
        "document": pane["uri"],
    }
    documents = {
        "pane": pane["uri"],
        "message": message_uri(asked["sessionId"], other["id"], second, "x"),
        "overview": consensus_uri([message, second]),
        "proposal": proposal_uri(message, 0, "file:///x", None),
    }
    return Belongings(ids, documents)


def argument_of(field: IdField, own: Mapping[str, str], value: str) -> dict[str, Any]:
    """An argument that would do, but for `value` in that field."""
    ask = {"prompt": "x", "models": [MODEL]}
    given: dict[str, dict[str, Any]] = {
        "estimate": {"prompt": "x"},
        "broadcast": {"prompt": "x"},
        "session.rename": {"title": "x"},
        "session.tag": {"tags": ["x"]},
        "session.share": {"with": "all"},
        "session.export": {"format": "json"},
        "session.follow": {"streamToken": "follow"},
        "history.search": {"query": "xylophone"},
        "compare": {side: {"messageId": own["message"]} for side in ("left", "right")},
        "sendTo": {
            "from": {"messageIds": [own["message"]]},
            "to": {"models": [MODEL]},
            "mode": "context",
        },
        "summarize": {"format": "bullets", "model": MODEL},
        "merge": {"model": MODEL},
        "digest.estimate": {"type": "merge", "model": MODEL},
        "prompt.run": {"text": "x"},
        "prompt.estimate": {"text": "x"},
        "pipeline.rename": {"name": "x"},
        "pipeline.drift": {"left": own["pipeline run"], "right": own["pipeline run"]},
        "code.propose": {"position": {"line": 0, "character": 0}},
        "code.apply": {
            "position": {"line": 0, "character": 0},
            "target": {"uri": "file:///x", "range": None},
        },
    }
    name = field.command.removeprefix("antiphon.")
    base = dict(given.get(name, {}))
    if field.path[0] == "context" or (name == "session.fork"):
        base.update(ask if "prompt" in base else {"models": [MODEL]})
    if field.path[0] == "selection":
        base |= {"models": [MODEL], "text": "---\ncontext: ['@selection']\n---\nx"}
    if (name, field.name) == ("pipeline.save", "pipelineId"):
        base["pipeline"] = PIPELINE
    if (name, field.name) == ("consensus", "messageIds"):
        base["paneIds"] = [own["pane"]]
    return field.put(base, value)


NAMES_A_FILE = {
    "prompt.read uri",
    "prompt.run uri",
    "prompt.estimate uri",
    "code.propose target.uri",
    "code.apply target.uri",
    "code.apply uri",
    "pipeline.run uri",
}
"""Files of the client, and what is looked at after them."""
CASES = [each for each in id_fields() if str(each) not in NAMES_A_FILE]
