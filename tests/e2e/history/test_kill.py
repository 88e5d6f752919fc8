"""kill -9 at any moment: what a client was shown is in the history at the next start."""

from __future__ import annotations

import dataclasses
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from support.e2e.transports import over_alone

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient

KILLS = 100
SIDE_BY_SIDE = 2
"""Machines that are killed at the same time, each with a database of its own."""
LINEUPS = [["fault/paced-900-600"] * 8, ["demo/flood"] * 8]
BYTES_SHOWN = [20_000, 200_000]
"""Up to where a line-up may get before its kill: about the end of the second one's answers."""


@dataclass
class Witness:
    """What a client was shown before its server was killed."""

    session_id: str = ""
    documents: dict[str, str] = field(default_factory=dict[str, str])
    """By address: what stood in the panes."""
    texts: dict[str, str] = field(default_factory=dict[str, str])
    """By message id, also of answers that had no text yet."""
    statuses: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, events: list[dict[str, Any]]) -> Witness:
        seen = cls()
        uris: dict[str, str] = {}
        for event in events:
            message_id = event["messageId"]
            if event["type"] == "start":
                seen.session_id = event["pane"]["sessionId"]
                seen.texts[message_id] = ""
                uris[message_id] = event["pane"]["uri"]
                seen.documents[uris[message_id]] = event["append"]
            elif event["type"] == "token":
                seen.texts[message_id] += event["text"]
                seen.documents[uris[message_id]] += event["text"]
            elif event["type"] in ("final", "error"):
                seen.statuses[message_id] = event.get("status", "failed")
                assert event["content"] == seen.texts[message_id]
        return seen


def open_session(client: RawClient, session_id: str) -> dict[str, dict[str, Any]]:
    """The answers of a session, by message id."""
    opened = client.run("antiphon.session.open", {"sessionId": session_id})["result"]
    return {each["id"]: each for each in opened["messages"] if each["role"] == "assistant"}


def assert_nothing_is_lost(client: RawClient, seen: Witness) -> None:
    if not seen.session_id:
        return
    answers = open_session(client, seen.session_id)
    assert answers.keys() >= seen.texts.keys()
    for message_id, text in seen.texts.items():
        answer = answers[message_id]
        if message_id in seen.statuses:
            assert (answer["status"], answer["content"]) == (seen.statuses[message_id], text)
        else:
            assert answer["content"].startswith(text)
            # One whose end was stored and not shown any more has that end.
            assert answer["status"] in ("interrupted", "complete")
    for uri, text in seen.documents.items():
        pulled = client.ask("workspace/textDocumentContent", {"uri": uri})["result"]["text"]
        assert pulled.startswith(text)


def live_and_die(installation: Installation, rng: random.Random, before: Witness) -> Witness:
    """One server: looks for what the one before it showed, streams, and is killed."""
    kind = rng.randrange(len(LINEUPS))
    enough = rng.randrange(BYTES_SHOWN[kind])
    with installation.raw_client() as client:
        assert_nothing_is_lost(client, before)
        argument = {"prompt": "tag:k", "models": LINEUPS[kind], "streamToken": 1}
        run = client.command("antiphon.broadcast", argument)
        while client.received_bytes < enough and run not in client.answers:
            assert client.read(10)
        client.kill()
        client.read_to_end()
        return Witness.of(client.events(1))


def kill_often(installation: Installation, times: int, seed: int) -> list[Witness]:
    rng = random.Random(seed)
    seen = [Witness()]
    for _ in range(times):
        seen.append(live_and_die(installation, rng, seen[-1]))
    with installation.raw_client() as client:
        assert_nothing_is_lost(client, seen[-1])
        for each in rng.sample(seen, min(10, len(seen))):
            assert_nothing_is_lost(client, each)
    unfinished = "SELECT count(*) FROM messages WHERE status = 'streaming'"
    assert installation.query(unfinished) == [(0,)]
    assert installation.query("SELECT count(*) FROM chunks") == [(0,)]
    return seen


@over_alone("stdio", "ws", because="a longer form of it is run over a Unix socket")
def test_after_kills_everything_that_was_shown_is_in_the_history(
    installation: Installation,
) -> None:
    seen = kill_often(installation, 4, seed=7)
    assert any(each.texts for each in seen)


@over_alone("unix", because="a fork is a tenth of a start; a shorter form is run over the others")
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_after_100_kills_everything_that_was_shown_is_in_the_history(
    installation: Installation,
) -> None:
    machines = [
        dataclasses.replace(installation, folder=installation.folder / str(number))
        for number in range(SIDE_BY_SIDE)
    ]
    for machine in machines:
        machine.workspace.mkdir(parents=True)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        chains = pool.map(
            kill_often, machines, [KILLS // SIDE_BY_SIDE] * SIDE_BY_SIDE, range(SIDE_BY_SIDE)
        )
        seen = [each for chain in chains for each in chain]
    # The kills really came at different moments: before the first text, in between, near the end.
    lengths = [sum(map(len, each.texts.values())) for each in seen]
    assert sum(0 < length < 10_000 for length in lengths) > 10
    assert max(lengths) > 50_000
    assert any(each.statuses for each in seen)
    assert any(each.texts and not each.statuses for each in seen)
