"""A database that cannot be written for a while: answers go on, and nothing is called kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from support.e2e.transports import TRANSPORTS, long_over_others, over_alone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient
    from support.faults.client import FaultServer

LONGER_THAN_A_WRITER_WAITS_S = 20.0


@contextmanager
def locked(installation: Installation) -> Iterator[None]:
    """Holds the database's write lock, as a backup program or a hung server would."""
    with closing(sqlite3.connect(installation.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def ends(client: RawClient) -> list[dict[str, Any]]:
    return [event for event in client.events("s") if event["type"] == "final"]


def start(client: RawClient, models: list[str]) -> int:
    """A run whose panes have all shown some text and wait for their release."""
    run = client.command(
        "antiphon.broadcast", {"prompt": "tag:lock", "models": models, "streamToken": "s"}
    )
    client.until(lambda: [e["type"] for e in client.events("s")].count("token") >= len(models))
    return run


@over_alone(*TRANSPORTS, because="it locks the file")
def test_a_short_lock_is_waited_for_and_everything_is_kept(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client() as client:
        run = start(client, ["fault/gate-3-300"] * 4)
        fault_server.wait_held(4)
        with locked(installation):
            fault_server.release()
            fault_server.wait_closed(4)
            assert run not in client.answers
        assert client.answer(run)["result"]["status"] == "complete"
        texts = {end["messageId"]: end["content"] for end in ends(client)}
        assert not any(end.get("notes") for end in ends(client))
    kept = installation.query("SELECT id, content FROM messages WHERE role = 'assistant'")
    assert dict(kept) == texts


@long_over_others("half a minute of waiting for a database; the short lock is tried over each")
@pytest.mark.slow
def test_answers_come_through_a_long_lock_and_say_that_they_are_not_kept(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client() as client:
        run = start(client, ["fault/gate-3-300"] * 2)
        fault_server.wait_held(2)
        with locked(installation):
            fault_server.release()
            result = client.answer(run, LONGER_THAN_A_WRITER_WAITS_S)["result"]
            assert result["status"] == "complete"
            for end in ends(client):
                assert any("not in the history" in note for note in end["notes"])
            health = client.run("antiphon.health", {})["result"]
            assert health["history"]["problem"]
            ask = {"prompt": "more", "models": ["fault/ok"]}
            refused = client.command("antiphon.broadcast", ask)
            error = client.answer(refused, LONGER_THAN_A_WRITER_WAITS_S)["error"]
            assert (error["code"], error["data"]["kind"]) == (-32803, "storage")
            assert fault_server.requests("ok") == []
        # The lock is gone: the next run works, and what waited is written before it.
        again = client.run("antiphon.broadcast", ask)["result"]
        assert again["status"] == "complete"
        texts = {end["messageId"]: end["content"] for end in ends(client)}
    kept = installation.query("SELECT id, content FROM messages WHERE role = 'assistant'")
    assert texts.items() <= dict(kept).items()
