"""What belongs to another user is not found, whichever command names it, and stays as it is."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from antiphon.history.sqlite.access.visible_rows import VISIBLE, Viewer, hide_others
from antiphon.history.sqlite.driver.connection import connect
from antiphon.model.values.ids import new_id
from antiphon.model.values.uri import consensus_uri, message_uri, proposal_uri
from support.lsp.id_fields import KINDS, WITHOUT_ID, IdField, id_fields, text_fields
from support.lsp.socket_client import SocketClient, connected

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from antiphon.app.multi_client_server import MultiClientServer
    from support.faults.client import FaultServer

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


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@asynccontextmanager
async def client_of(
    user: str | None, server: MultiClientServer, environ: Mapping[str, str]
) -> AsyncIterator[SocketClient]:
    options = {
        "discovery": {"localServers": False},
        "budgets": [{"scope": "day", "limit": "9"}],
        "providers": {"work": {"baseUrl": environ["FAULTS"], "models": ["ok"]}},
    }
    async with connected(server, environ, options, user=user) as client:
        yield client


@pytest.fixture
def keyed(environ: dict[str, str], fault_server: FaultServer) -> dict[str, str]:
    """The environment of a client that has a key for the provider `work`."""
    return {**environ, "FAULTS": fault_server.base_url, "WORK_API_KEY": "a-key-of-work"}


@pytest.fixture
def team(server: MultiClientServer, keyed: dict[str, str], database: Path) -> Any:
    @asynccontextmanager
    async def joined() -> AsyncIterator[Team]:
        async with (
            client_of("alice", server, keyed) as alice,
            client_of("bob", server, keyed) as bob,
        ):
            yield Team(alice, bob, database)

    return joined


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


def test_of_every_text_in_an_argument_it_is_known_whether_it_is_an_id() -> None:
    unknown = {str(each) for each in text_fields() if each.name not in {*KINDS, *WITHOUT_ID}}
    assert unknown == set()


async def test_an_id_of_another_user_is_not_found_and_nothing_changes(team: Any) -> None:
    wrong: dict[str, Any] = {}
    async with team() as users:
        hers, own = await furnish(users.alice), await furnish(users.bob)
        for field in CASES:
            before = users.rows()
            argument = argument_of(field, own.ids, hers.ids[field.kind])
            reply = await users.bob.command(field.command.removeprefix("antiphon."), **argument)
            if reply.get("kind") != "not_found" or users.rows() != before:
                wrong[str(field)] = reply
    assert not wrong, "\n".join(f"{field}: {reply}" for field, reply in wrong.items())


async def test_another_users_id_is_refused_in_the_words_of_one_that_never_was(team: Any) -> None:
    differ: dict[str, Any] = {}
    async with team() as users:
        hers, own = await furnish(users.alice), await furnish(users.bob)
        for field in CASES:
            name, wanted = field.command.removeprefix("antiphon."), hers.ids[field.kind]
            if field.kind == "document":
                continue  # it names three ids
            nobodys = new_id()
            replies = [
                await users.bob.command(name, **argument_of(field, own.ids, each))
                for each in (wanted, nobodys)
            ]
            texts = [repr(each).replace(nobodys, wanted) for each in replies]
            if texts[0] != texts[1]:
                differ[str(field)] = texts
    assert differ == {}


async def test_documents_of_another_user_are_not_found(team: Any) -> None:
    async with team() as users:
        hers, own = await furnish(users.alice), await furnish(users.bob)
        for kind, uri in hers.documents.items():
            request = users.bob.begin("workspace/textDocumentContent", {"uri": uri})
            reply = await users.bob.answer(request)
            assert reply["error"]["data"]["kind"] == "not_found", (kind, reply)
        shown = await users.bob.answer(
            users.bob.begin("workspace/textDocumentContent", {"uri": own.documents["overview"]})
        )
        assert "text" in shown["result"]


@pytest.mark.parametrize(
    "method",
    [
        "textDocument/documentSymbol",
        "textDocument/foldingRange",
        "textDocument/codeLens",
        "textDocument/hover",
        "textDocument/definition",
        "textDocument/references",
    ],
)
async def test_language_features_show_nothing_of_another_users_pane(team: Any, method: str) -> None:
    async with team() as users:
        hers = await furnish(users.alice)
        params = {
            "textDocument": {"uri": hers.documents["pane"]},
            "position": {"line": 0, "character": 0},
            "context": {"includeDeclaration": True},
        }
        theirs = await users.bob.answer(users.bob.begin(method, params))
        assert not theirs.get("result")
        shown = await users.alice.answer(users.alice.begin(method, params))
        assert "error" not in shown


async def test_lists_searches_sums_and_counts_show_ones_own_alone(team: Any) -> None:
    async with team() as users:
        await furnish(users.alice)
        bob = users.bob
        assert (await bob.command("session.list"))["sessions"] == []
        assert (await bob.command("history.search", query="xylophone"))["hits"] == []
        assert (await bob.command("pipeline.list"))["pipelines"] == []
        meter = await bob.command("meter", groupBy="model")
        assert (meter["total"]["answers"], meter["rows"]) == (0, [])
        for group in ("session", "pane", "day", "provider"):
            assert (await bob.command("meter", groupBy=group))["rows"] == []
        stats = await bob.command("history.stats")
        assert [stats[each] for each in ("sessions", "panes", "messages", "contexts")] == [0] * 4
        assert not {"oldest", "newest"} & {*stats}
        for each in ("history.vacuum", "history.verify"):
            assert (await bob.command(each))["kind"] == "permission"
        assert (await users.alice.command("meter"))["total"]["answers"] == 3


async def test_the_user_of_this_machine_has_what_has_no_owner(
    server: MultiClientServer, keyed: dict[str, str], team: Any
) -> None:
    async with team() as users, client_of(None, server, keyed) as person:
        mine = await furnish(person)
        hers = await furnish(users.alice)
        listed = (await person.command("session.list"))["sessions"]
        assert mine.ids["session"] in {each["id"] for each in listed}
        assert len(listed) == 2
        for other in (person, users.bob):
            opened = await other.command("session.open", sessionId=hers.ids["session"])
            assert opened["kind"] == "not_found"
        assert (await users.alice.command("session.open", sessionId=mine.ids["session"]))[
            "kind"
        ] == "not_found"
        assert (await person.command("meter"))["total"]["answers"] == 3
        assert (await person.command("history.verify"))["problems"] == []


async def test_users_are_told_of_changes_that_they_may_read(team: Any) -> None:
    async with team() as users:
        hers = await furnish(users.alice)
        assert users.bob.sent("antiphon/didChange") == []
        await users.alice.command("session.share", sessionId=hers.ids["session"], **{"with": "all"})
        await users.alice.command("session.rename", sessionId=hers.ids["session"], title="Other")
        await users.bob.until(lambda: len(users.bob.sent("antiphon/didChange")) >= 2)
        changes = [
            change for each in users.bob.sent("antiphon/didChange") for change in each["changes"]
        ]
        assert {(each["type"], each["id"]) for each in changes} == {
            ("session", hers.ids["session"])
        }


CHANGES = {
    "broadcast",
    "regenerate",
    "cancel",
    "session.rename",
    "session.tag",
    "session.delete",
    "session.share",
    "summarize",
    "merge",
    "digest.estimate",
    "prompt.run",
    "sendTo",
    "pipeline.run",
}
"""Commands that change the session that they name, and the estimate of one of them. `sendTo` opens
new panes in the session that it quotes."""
QUOTES = {"context", "selection"}
READ_IN_VAIN = {"consensus paneIds.[]", "consensus messageIds.[]", "code.propose uri"}
"""What is read, and has too few answers or no code."""


def is_change(field: IdField) -> bool:
    name = field.command.removeprefix("antiphon.")
    return name in CHANGES and field.path[0] not in QUOTES


async def test_a_shared_session_is_read_and_not_changed(team: Any) -> None:
    wrong: dict[str, Any] = {}
    async with team() as users:
        hers, own = await furnish(users.alice), await furnish(users.bob)
        opened = await users.alice.command(
            "pipeline.drift", left=hers.ids["pipeline run"], right=hers.ids["pipeline run"]
        )
        assert opened["steps"]
        sessions = (await users.alice.command("session.list"))["sessions"]
        for each in sessions:
            shared = await users.alice.command(
                "session.share", sessionId=each["id"], **{"with": ["bob", "carol"]}
            )
            assert shared["with"] == ["bob", "carol"]
        for field in CASES:
            if field.kind == "pipeline":
                continue  # a pipeline is not shared with the session
            before, her_rows = users.rows(), users.rows_of("alice")
            argument = argument_of(field, own.ids, hers.ids[field.kind])
            reply = await users.bob.command(field.command.removeprefix("antiphon."), **argument)
            if is_change(field):
                if reply.get("kind") != "permission" or users.rows() != before:
                    wrong[str(field)] = reply
                continue
            looked_at = reply.get("kind") == "invalid_params" and str(field) in READ_IN_VAIN
            if ("kind" in reply and not looked_at) or users.rows_of("alice") != her_rows:
                wrong[str(field)] = reply
    assert not wrong, "\n".join(f"{field}: {reply}" for field, reply in wrong.items())


async def test_a_session_is_shared_with_those_who_are_named_until_it_is_not(team: Any) -> None:
    async with team() as users:
        hers = (await users.alice.ask(MODEL))["result"]["sessionId"]
        named = {"sessionId": hers, "with": ["carol"]}
        await users.alice.command("session.share", **named)
        assert (await users.bob.command("session.open", sessionId=hers))["kind"] == "not_found"
        await users.alice.command("session.share", **{**named, "with": ["bob"]})
        opened = await users.bob.command("session.open", sessionId=hers)
        assert opened["session"]["sharedBy"] == "alice"
        assert len((await users.bob.command("session.list"))["sessions"]) == 1
        await users.alice.command("session.share", **{**named, "with": []})
        assert (await users.bob.command("session.open", sessionId=hers))["kind"] == "not_found"
        own = await users.alice.command("session.open", sessionId=hers)
        assert "sharedBy" not in own["session"]


async def test_a_quote_of_a_shared_session_goes_into_ones_own(team: Any) -> None:
    async with team() as users:
        hers, own = await furnish(users.alice), await furnish(users.bob)
        await users.alice.command("session.share", sessionId=hers.ids["session"], **{"with": "all"})
        sent = await users.bob.command(
            "sendTo",
            **{"from": {"messageIds": [hers.ids["message"]]}},
            to={"paneIds": [own.ids["pane"]]},
            mode="context",
        )
        assert sent["sessionId"] == own.ids["session"]
        forked = await users.bob.command("session.fork", messageId=hers.ids["message"])
        assert "sharedBy" not in forked["session"]
        renamed = await users.bob.command(
            "session.rename", sessionId=forked["session"]["id"], title="Mine"
        )
        assert renamed["session"]["title"] == "Mine"


async def test_a_running_answer_of_another_user_is_neither_seen_nor_stopped(
    team: Any, fault_server: FaultServer
) -> None:
    async with team() as users:
        asked = users.alice.begin_broadcast("work/gate-1-3", prompt="tag:hers")
        await users.alice.until(lambda: users.alice.events("token"))
        start = users.alice.events("start")[0]
        [session] = (await users.alice.command("session.list"))["sessions"]
        [pane] = session["panes"]

        async def text_for(client: SocketClient) -> dict[str, Any]:
            request = client.begin("workspace/textDocumentContent", {"uri": pane["uri"]})
            return await client.answer(request)

        for named in ({"runId": start["runId"]}, {"paneId": pane["id"]}):
            assert (await users.bob.command("cancel", **named))["kind"] == "not_found"
        assert await users.bob.command("cancel") == {"cancelled": 0}
        assert (await text_for(users.bob))["error"]["data"]["kind"] == "not_found"
        await users.alice.command("session.share", sessionId=session["id"], **{"with": ["bob"]})
        assert (await text_for(users.bob))["result"] == (await text_for(users.alice))["result"]
        for named in ({"runId": start["runId"]}, {"paneId": pane["id"]}):
            assert (await users.bob.command("cancel", **named))["kind"] == "permission"
        await asyncio.to_thread(fault_server.release, "hers")
        assert (await users.alice.answer(asked))["result"]["results"][0]["status"] == "complete"
